using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;

namespace OllamaStudio.Chat;

/// <summary>Picks the model for the turns to come, among those that the answering server has.</summary>
public partial class ModelPicker
{
    [Inject]
    public required OllamaServers Servers { get; set; }

    [Inject]
    public required ChatService Chat { get; set; }

    /// <summary>The conversation whose model is picked; null for a new chat.</summary>
    [Parameter]
    public Conversation? Conversation { get; set; }

    /// <summary>What was picked for a new chat; null for nothing yet.</summary>
    [Parameter]
    public string? Selected { get; set; }

    /// <summary>Called with the model's name.</summary>
    [Parameter]
    public EventCallback<string> OnSelect { get; set; }

    private IReadOnlyList<OllamaModel> Models => Servers.Status.Current.Models;

    private string? Current => Selected is not null && Servers.Status.Current.Find(Selected) is { } chosen ? chosen.Name : Chat.ModelFor(Conversation);

    private async Task OnChangeAsync(ChangeEventArgs args)
    {
        if (args.Value is string model)
        {
            await OnSelect.InvokeAsync(model);
        }
    }

    // What was pulled a moment ago should be in the list that a person is about to open.
    private void Look() => Servers.RequestLook(LookScope.All);

    private string Describe(OllamaModel model)
    {
        var facts = new[] { model.ParameterSize, model.QuantizationLevel }.Where(fact => !string.IsNullOrEmpty(fact));
        var loaded = Servers.Status.Current.IsLoaded(model.Name) ? " · loaded" : "";
        return string.Join(" · ", facts.Prepend(ModelNames.Display(model.Name))) + loaded;
    }
}
