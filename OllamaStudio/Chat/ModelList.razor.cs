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
    private readonly ActiveRow _active = new("model-option");
    private string? _activeName;

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

    protected override void OnInitialized()
    {
        base.OnInitialized();
        _activeName = Current;
        _recent = [.. Store.All.Select(conversation => conversation.Model is { } model ? Status.Find(model)?.Name : null).OfType<string>().Distinct(StringComparer.Ordinal).Take(MostRecent)];
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_shown.Count > 0)
        {
            await _active.RevealAsync(Script);
        }
    }

    private void Arrange()
    {
        var found = Status.Models.Where(Matches).ToList();
        OllamaModel[] recent = [.. _recent.Select(name => found.Find(model => model.Name == name)).OfType<OllamaModel>()];
        (_shown, _recentShown) = ([.. recent, .. found.Except(recent)], recent.Length);
        // Wherever a look has moved it to.
        _active.Point(Math.Max(0, _shown.Select(static model => model.Name).ToList().IndexOf(_activeName ?? "")));
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
        _activeName = null;
        _active.MoveTo(0);
    }

    private async Task OnKeyAsync(KeyboardEventArgs args)
    {
        if (_active.Step(args.Key, _shown.Count))
        {
            _activeName = _shown.Count > 0 ? _shown[_active.Index].Name : null;
        }
        else if (args.Key == "Enter" && _shown.Count > 0)
        {
            await OnChoose.InvokeAsync(_shown[_active.Index].Name);
        }
    }
}
