using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>The models of the answering server under a search field, those of the newest conversations first.</summary>
public partial class ModelList
{
    private const int MostRecent = 3;

    private IReadOnlyList<string> _recent = [];
    private IReadOnlyList<OllamaModel> _shown = [];
    private int _recentShown;
    private string _query = "";
    private string? _active;
    private bool _reveal = true;

    [Inject]
    public required Conversations Store { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    /// <summary>The model that is picked now; null for none.</summary>
    [Parameter]
    public string? Current { get; set; }

    /// <summary>Raised with the name of the model that was picked.</summary>
    [Parameter, EditorRequired]
    public EventCallback<string> OnChoose { get; set; }

    private ServerStatus Status => Servers.Status.Current;

    // The one that keys are for, wherever a look has moved it to.
    private int Active => Math.Max(0, _shown.Select(static model => model.Name).ToList().IndexOf(_active ?? ""));

    protected override void OnInitialized()
    {
        base.OnInitialized();
        _active = Current;
        _recent = [.. Store.All.Select(conversation => conversation.Model is { } model ? Status.Find(model)?.Name : null).OfType<string>().Distinct(StringComparer.Ordinal).Take(MostRecent)];
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_reveal && _shown.Count > 0)
        {
            _reveal = false;
            await Script.TryInvokeVoidAsync("studio.reveal", "#" + OptionId(Active));
        }
    }

    private static string OptionId(int index) => $"model-option-{index}";

    private void Arrange()
    {
        var found = Status.Models.Where(Matches).ToList();
        OllamaModel[] recent = [.. _recent.Select(name => found.Find(model => model.Name == name)).OfType<OllamaModel>()];
        (_shown, _recentShown) = ([.. recent, .. found.Except(recent)], recent.Length);
    }

    // Every word somewhere in what the row says.
    private bool Matches(OllamaModel model)
    {
        var said = string.Join(' ', ModelFacts.Tags(model).Prepend(ModelFacts.Of(model)).Prepend(model.Name));
        return _query.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => said.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    private void Search(string? query)
    {
        _query = query ?? "";
        (_active, _reveal) = (null, true);
    }

    private async Task OnKeyAsync(KeyboardEventArgs args)
    {
        switch (args.Key)
        {
            case "ArrowDown":
                Step(1);
                break;
            case "ArrowUp":
                Step(-1);
                break;
            case "Enter" when _shown.Count > 0:
                await OnChoose.InvokeAsync(_shown[Active].Name);
                break;
        }
    }

    private void Step(int by)
    {
        if (_shown.Count > 0)
        {
            _active = _shown[(Active + by + _shown.Count) % _shown.Count].Name;
            _reveal = true;
        }
    }
}
