using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>Sets the parameters of a conversation's model calls, each as soon as its field is left.</summary>
public partial class ParametersMenu
{
    private readonly CancellationTokenSource _gone = new();

    // What was typed and does not hold, because something is wrong with it.
    private readonly Dictionary<ChatParameter, string> _typed = [];
    private readonly Dictionary<ChatParameter, string> _faults = [];
    private (string Say, Func<Task>? Undo)? _done; // the last thing that a button did
    private OwnParameters? _models;
    private string? _askedFor;
    private string _name = "";
    private bool _isNaming;
    private bool _isNamingDrawn;
    private ElementReference _nameBox;
    private ElementReference _presetBox; // where one goes on when the button that was pressed is gone

    [Inject]
    public required ModelParameters Models { get; set; }

    [Inject]
    public required ParameterSets Sets { get; set; }

    [Inject]
    public required ISettings Settings { get; set; }

    /// <summary>The model that will answer; null where there is none.</summary>
    [Parameter]
    public string? Model { get; set; }

    /// <summary>What is set here.</summary>
    [Parameter, EditorRequired]
    public required ChatParameters Own { get; set; }

    /// <summary>Ids of the tools that are off here, whatever says so.</summary>
    [Parameter]
    public ImmutableHashSet<string> ToolsOff { get; set; } = [];

    /// <summary>Whether a reply is being generated, for which nothing changes any more.</summary>
    [Parameter]
    public bool IsGenerating { get; set; }

    /// <summary>Something was set.</summary>
    [Parameter]
    public EventCallback<ChatParameters> OnChange { get; set; }

    private int SetCount => Own.Set.Count() + Own.ServersOwn.Count() + (Own.ToolsOff is null ? 0 : 1);

    // What a preset or a default is made of.
    private ChatParameters Kept => ToolsOff.IsEmpty && Defaults.ToolsOff is null ? Own.WithToolsOff(null) : Own.WithToolsOff(ToolsOff);

    private ChatParameters Defaults => Model is null ? ChatParameters.None : Sets.DefaultsOf(Model);

    private string ModelName => Model is null ? "" : ModelNames.Display(Model);

    // A preset that is not there any more, or has another name, is none.
    private string? Preset => Own.Preset is { } name && Sets.FindPreset(name) is not null ? name : null;

    // In which the chosen preset and what is set differ.
    private string? Changed => Preset is { } name && Sets.FindPreset(name) is { } preset
        ? string.Join(", ", [
            .. Own.DifferingFrom(preset).Union(Own.ServersOwn.Except(preset.ServersOwn)).Union(preset.ServersOwn.Except(Own.ServersOwn)).Select(static parameter => parameter.Label),
            .. ToolsOff.SetEquals(preset.ToolsOff ?? Defaults.ToolsOff ?? []) ? Array.Empty<string>() : ["Tools"],
        ])
        : null;

    private string Title => SetCount == 0 ? "Parameters: the model's own" : $"Parameters: {string.Join("; ", new[] { (Names(Own.Set), "set"), (Names(Own.ServersOwn), "left to the model"), (Own.ToolsOff is null ? "" : "tools", "chosen") }.Where(static one => one.Item1.Length > 0).Select(static one => $"{one.Item1} {one.Item2}"))}";

    private string About =>
        _done is { } done ? done.Say
        : IsGenerating ? "A reply is being written: what you set now holds from the next message on."
        : Changed is { Length: > 0 } changed ? $"Not as in “{Preset}”: {changed}."
        : Defaults.HasAny ? $"An empty field is {ModelName}'s default, as far as you have made one; all else is left to the model."
        : "An empty field leaves it to the model; only what differs from its own is sent.";

    private static string Names(IEnumerable<ChatParameter> parameters) => string.Join(", ", parameters.Select(static parameter => parameter.Label));

    // As the menu of the tools has them: an id is the source and the name there.
    private static string ToolNames(IEnumerable<string> ids) => string.Join(", ", ids.Select(static id => id[(id.LastIndexOf('/') + 1)..]).Order(StringComparer.OrdinalIgnoreCase));

    private string TextOf(ChatParameter parameter) => _typed.GetValueOrDefault(parameter) ?? Own.TextOf(parameter) ?? "";

    private string? DefaultOf(ChatParameter parameter) =>
        (Own.ServersOwn.Contains(parameter) ? null : Defaults.TextOf(parameter)) ?? (parameter == ChatParameter.System ? _models?.SystemPrompt : _models?.Values.GetValueOrDefault(parameter.Name));

    private string? NoteOf(ChatParameter parameter) =>
        parameter == ChatParameter.NumCtx && Model is not null
            ? ContextWindowText.Of(Own.Over(Defaults).NumCtx ?? _models?.NumCtx, _models?.ContextLength ?? Servers.Status.Current.Find(Model)?.ContextLength, Servers.Status.Current.FindRunning(Model))
            : null;

    protected override void OnInitialized()
    {
        base.OnInitialized();
        Settings.Changed += Redraw;
    }

    protected override Task OnParametersSetAsync() => _askedFor is null || _askedFor == Model ? Task.CompletedTask : AskAsync();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_isNaming && !_isNamingDrawn)
        {
            await _nameBox.TryFocusAsync();
        }

        _isNamingDrawn = _isNaming;
    }

    private Task OpenAsync()
    {
        Forget();
        (_done, _isNaming, _name) = (null, false, "");
        return AskAsync();
    }

    private async Task AskAsync()
    {
        var model = _askedFor = Model;
        _models = null;
        if (model is null)
        {
            return;
        }

        try
        {
            var told = await Models.OfAsync(model, _gone.Token);
            _models = _askedFor == model ? told : _models;
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page is gone.
        }
    }

    private Task ChangeAsync(ChatParameter parameter, string text)
    {
        _done = null;
        _typed.Remove(parameter);
        _faults.Remove(parameter);
        if (parameter.TryRead(text, out var value, out var fault))
        {
            return OnChange.InvokeAsync(Own.With(parameter, value));
        }

        (_typed[parameter], _faults[parameter]) = (text, $"{fault} {Holding(parameter)}");
        return Task.CompletedTask;
    }

    private Task LeaveAsync(ChatParameter parameter, bool isServers)
    {
        _done = null;
        _typed.Remove(parameter);
        _faults.Remove(parameter);
        return OnChange.InvokeAsync(Own.WithServersOwn(parameter, isServers));
    }

    private string Holding(ChatParameter parameter) => (Own.TextOf(parameter) ?? DefaultOf(parameter)) switch
    {
        null => "Until then it is left to the model.",
        { Length: <= 30 } still => $"Until then {still} holds.",
        _ => "Until then what held before holds.",
    };

    private async Task ResetAsync()
    {
        await ReplaceAsync("All of them are empty now.", Own.Cleared());
        await _presetBox.TryFocusAsync();
    }

    private Task ChooseAsync(ChangeEventArgs change) =>
        change.Value is string { Length: > 0 } name && Sets.FindPreset(name) is { } preset
            ? ReplaceAsync($"As in “{name}” now.", Own.Chosen(name, preset))
            : ReplaceAsync("All of them are empty now.", Own.Cleared());

    // What stood there before is a button away.
    private Task ReplaceAsync(string say, ChatParameters parameters)
    {
        var before = Own;
        Forget();
        _done = (say, () => OnChange.InvokeAsync(before));
        return OnChange.InvokeAsync(parameters);
    }

    private async Task SavePresetAsync()
    {
        var (name, before) = (_name.Trim(), Sets.FindPreset(_name));
        var kept = Kept;
        if (await Sets.SavePresetAsync(name, kept) is { } fault)
        {
            _done = (fault, null);
            return;
        }

        (_isNaming, _name) = (false, "");
        _done = ($"Saved as “{name}”{(before is null ? "" : ", in place of the one of that name")}.", () => Sets.SavePresetAsync(name, before));
        await OnChange.InvokeAsync(Own.Chosen(name, kept));
        await _presetBox.TryFocusAsync();
    }

    private async Task UpdatePresetAsync()
    {
        if (Preset is { } name && Sets.FindPreset(name) is { } before)
        {
            var kept = Kept;
            var fault = await Sets.SavePresetAsync(name, kept);
            _done = fault is null ? ($"“{name}” is what is set here now.", () => Sets.SavePresetAsync(name, before)) : (fault, null);
            if (fault is null && !kept.Equals(Own))
            {
                await OnChange.InvokeAsync(kept);
            }

            await _presetBox.TryFocusAsync();
        }
    }

    private Task MakeDefaultAsync() => SaveDefaultAsync(Kept.Over(Defaults), $"What is set here is {ModelName}'s default now.");

    private async Task DropDefaultAsync()
    {
        await SaveDefaultAsync(ChatParameters.None, $"{ModelName} has no default of yours any more.");
        await _presetBox.TryFocusAsync();
    }

    private async Task SaveDefaultAsync(ChatParameters parameters, string say)
    {
        if (Model is { } model)
        {
            var before = Defaults;
            var fault = await Sets.SaveDefaultsAsync(model, parameters);
            _done = fault is null ? (say, () => Sets.SaveDefaultsAsync(model, before)) : (fault, null);
        }
    }

    private async Task UndoAsync()
    {
        if (_done?.Undo is { } undo)
        {
            _done = ("As it was before.", null);
            await undo();
            await _presetBox.TryFocusAsync();
        }
    }

    private void Forget()
    {
        _typed.Clear();
        _faults.Clear();
    }

    protected override void OnDispose()
    {
        Settings.Changed -= Redraw;
        _gone.Cancel();
        base.OnDispose();
    }
}
