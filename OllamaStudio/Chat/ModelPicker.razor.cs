using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>Picks the model for the turns to come, among those that the answering server has.</summary>
public partial class ModelPicker
{
    private Layer? _layer;

    [Inject]
    public required IJSRuntime Script { get; set; }

    /// <summary>The model that the next turn asks; null for none.</summary>
    [Parameter]
    public string? Model { get; set; }

    /// <summary>Called with the model's name.</summary>
    [Parameter]
    public EventCallback<string> OnSelect { get; set; }

    private ServerStatus Status => Servers.Status.Current;

    private OllamaRunningModel? Running => Model is null ? null : Status.FindRunning(Model);

    private string Facts => Model is not null && Status.Find(Model) is { } installed ? ModelFacts.Brief(installed, Running) : "";

    private string Title => string.Join(" · ", new[] { Model is null ? "" : ModelNames.Display(Model), Facts, Running is null ? "" : Running.ContextLength is not null && Status.Find(Model!)?.ContextLength is { } longest ? $"loaded; the model allows up to {ModelFacts.Context(longest)}" : "loaded" }.Where(static fact => fact.Length > 0));

    // What was pulled a moment ago should be in the list.
    private void Look() => Servers.RequestLook(LookScope.All);

    private async Task ChooseAsync(string model)
    {
        _layer?.Close();
        await OnSelect.InvokeAsync(model);
        await Script.TryInvokeVoidAsync("studio.focus", "[data-testid='composer']");
    }
}
