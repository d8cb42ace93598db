using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>Sets the parameters of a conversation's model calls, each as soon as its field is left.</summary>
public partial class ParametersMenu
{
    private readonly CancellationTokenSource _gone = new();

    // What was typed and does not hold, because something is wrong with it.
    private readonly Dictionary<ChatParameter, string> _typed = [];
    private readonly Dictionary<ChatParameter, string> _faults = [];
    private (ChatParameters Before, ChatParameters After)? _reset; // the last thing that was done
    private OwnParameters? _models;
    private string? _askedFor;

    [Inject]
    public required ModelParameters Models { get; set; }

    /// <summary>The model that will answer; null where there is none.</summary>
    [Parameter]
    public string? Model { get; set; }

    /// <summary>What is set here.</summary>
    [Parameter, EditorRequired]
    public required ChatParameters Own { get; set; }

    /// <summary>Whether a reply is being generated, for which nothing changes any more.</summary>
    [Parameter]
    public bool IsGenerating { get; set; }

    /// <summary>Something was set.</summary>
    [Parameter]
    public EventCallback<ChatParameters> OnChange { get; set; }

    private int SetCount => Own.Set.Count();

    private string Title => SetCount == 0 ? "Parameters: the model's own" : $"Parameters: {string.Join(", ", Own.Set.Select(static parameter => parameter.Label))} set";

    private string About => IsGenerating
        ? "A reply is being written: what you set now holds from the next message on."
        : "An empty field leaves it to the model; only what is set is sent.";

    private ChatParameters? Undo => _reset is { } reset && reset.After.Equals(Own) && _typed.Count == 0 ? reset.Before : null;

    private string TextOf(ChatParameter parameter) => _typed.GetValueOrDefault(parameter) ?? Own.TextOf(parameter) ?? "";

    private string? DefaultOf(ChatParameter parameter) =>
        parameter == ChatParameter.System ? _models?.SystemPrompt : _models?.Values.GetValueOrDefault(parameter.Name);

    private string? NoteOf(ChatParameter parameter) =>
        parameter == ChatParameter.NumCtx && Model is not null
            ? ContextWindowText.Of(Own.NumCtx, _models?.ContextLength ?? Servers.Status.Current.Find(Model)?.ContextLength, Servers.Status.Current.FindRunning(Model))
            : null;

    protected override Task OnParametersSetAsync() => _askedFor is null || _askedFor == Model ? Task.CompletedTask : AskAsync();

    private Task OpenAsync()
    {
        _typed.Clear();
        _faults.Clear();
        _reset = null;
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
        _typed.Remove(parameter);
        _faults.Remove(parameter);
        if (parameter.TryRead(text, out var value, out var fault))
        {
            return OnChange.InvokeAsync(Own.With(parameter, value));
        }

        (_typed[parameter], _faults[parameter]) = (text, $"{fault} {Holding(parameter)}");
        return Task.CompletedTask;
    }

    private string Holding(ChatParameter parameter) => Own.TextOf(parameter) switch
    {
        null => "Until then it is left to the model.",
        { Length: <= 30 } still => $"Until then {still} holds.",
        _ => "Until then what held before holds.",
    };

    private Task ResetAsync()
    {
        _typed.Clear();
        _faults.Clear();
        if (Undo is { } before)
        {
            _reset = null;
            return OnChange.InvokeAsync(before);
        }

        _reset = (Own, Own.Cleared());
        return OnChange.InvokeAsync(_reset.Value.After);
    }

    protected override void OnDispose()
    {
        _gone.Cancel();
        base.OnDispose();
    }
}
