using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>What of the context window the next message will take, and by what; looked at anew when something around it changed, typing paused, or a reply grew.</summary>
public partial class ContextGauge
{
    // While a reply is written: often enough for a person, and seldom enough for a long conversation, all of which is weighed.
    private static readonly TimeSpan s_whileWriting = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _gone = new();
    private Conversation? _watched;
    private IDisposable? _watch;
    private RefreshPacer? _pacer;
    private ContextForecast? _forecast;
    private string? _fullest; // whose that is
    private bool _isReading;
    private bool _isStale;

    [Inject]
    public required ContextMeter Meter { get; set; }

    [Inject]
    public required ToolBox Box { get; set; }

    [Inject]
    public required ISettings Settings { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    /// <summary>The model that will answer; null where there is none.</summary>
    [Parameter]
    public string? Model { get; set; }

    /// <summary>The models that are asked; empty for <see cref="Model"/> alone.</summary>
    [Parameter]
    public ImmutableArray<string> Several { get; set; } = [];

    /// <summary>Where the message is sent; null for a new chat.</summary>
    [Parameter]
    public Conversation? Conversation { get; set; }

    /// <summary>What is set for it.</summary>
    [Parameter, EditorRequired]
    public required ChatParameters Parameters { get; set; }

    /// <summary>Ids of the tools that are off.</summary>
    [Parameter, EditorRequired]
    public required ImmutableHashSet<string> DisabledTools { get; set; }

    /// <summary>What is written so far, as of the last pause.</summary>
    [Parameter]
    public string Draft { get; set; } = "";

    /// <summary>What is attached so far.</summary>
    [Parameter]
    public ImmutableArray<Attachment> Files { get; set; } = [];

    /// <summary>All tools are to be switched off here.</summary>
    [Parameter]
    public EventCallback OnToolsOff { get; set; }

    protected override void OnInitialized()
    {
        base.OnInitialized();
        _pacer = new RefreshPacer(Time, Read, s_whileWriting);
        Box.Changed += Read;
        Settings.Changed += Read;
    }

    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(_watched, Conversation))
        {
            _watch?.Dispose();
            _watched = Conversation;
            _watch = Conversation?.Subscribe(OnConversationChanged);
        }

        Read();
    }

    // The reply that is being written grows; of all else the page tells.
    private void OnConversationChanged()
    {
        if (_watched is { IsGenerating: true })
        {
            _pacer?.Request();
        }
    }

    protected override void OnServersChanged() => Read();

    // One look at a time; what changes meanwhile is looked at after it.
    private void Read()
    {
        _isStale = true;
        Dispatch(ReadAsync);
    }

    private async Task ReadAsync()
    {
        if (_isReading)
        {
            return;
        }

        _isReading = true;
        try
        {
            while (_isStale)
            {
                _isStale = false;
                var (fullest, forecast) = await FullestAsync();
                if (forecast != _forecast || fullest != _fullest)
                {
                    (_fullest, _forecast) = (fullest, forecast);
                    StateHasChanged();
                }
            }
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page is gone.
        }
        finally
        {
            _isReading = false;
        }
    }

    private async Task<(string? Model, ContextForecast? Forecast)> FullestAsync()
    {
        (string? Model, ContextForecast? Forecast) fullest = default;
        foreach (var model in Several.IsEmpty ? Model is null ? [] : [Model] : Several)
        {
            var forecast = await Meter.ReadAsync(Conversation, Parameters, DisabledTools, model, Draft, Files, _gone.Token);
            if (fullest.Forecast is not { } other || FullnessOf(forecast) > FullnessOf(other))
            {
                fullest = (model, forecast);
            }
        }

        return fullest;
    }

    // One whose window nobody knows is never the fullest, where another's is known.
    private static double FullnessOf(ContextForecast forecast) => forecast.Window is > 0 and var window ? (double)forecast.Total / window : -1;

    // Whose figures these are, where several models are asked.
    private string? Whose => Several.IsEmpty || _fullest is null ? null : $"{ModelNames.Display(_fullest)}, the fullest of {Several.Length} models";

    private static string Share(long tokens, int window) => string.Create(CultureInfo.InvariantCulture, $"{Math.Min(100, 100.0 * tokens / window):0.#}%");

    private string Title(ContextForecast forecast) => forecast.Window is { } window
        ? $"Context: about {CountText.Brief(forecast.Total)} of {CountText.Window(window)}{(Consequence(forecast) is { } consequence ? $": {consequence}" : " tokens used")}{OfWhom}"
        : $"Context: about {CountText.Brief(forecast.Total)} tokens used{OfWhom}";

    private string OfWhom => Whose is { } whose ? $" ({whose})" : "";

    // On the button itself; null while all fits.
    private string? Consequence(ContextForecast forecast) => (forecast.IsTooLong, forecast.LeftOut, Settings.Current.Chat.WhenContextIsFull) switch
    {
        (false, _, _) => null,
        (_, _, ContextFull.Cut) => "Ollama will cut it",
        (_, { Messages: > 0 } leftOut, ContextFull.LeaveOut) => $"{CountText.Of(leftOut.Messages, "message")} will be left out",
        _ => "does not fit",
    };

    private static string ErrorText(ContextForecast forecast) => forecast.Error is var (count, worst)
        ? string.Create(CultureInfo.InvariantCulture, $"estimate, {(count == 1 ? "the last one" : $"the last {count}")} within {Math.Ceiling(worst * 100):0} %")
        : "estimate, not yet checked against a count";

    private string? Warning(ContextForecast forecast) => (forecast.IsTooLong, forecast.LeftOut, Settings.Current.Chat.WhenContextIsFull) switch
    {
        (false, _, _) => null,
        (_, _, ContextFull.Cut) => "It does not fit: Ollama will cut it, without saying what.",
        (_, { Messages: > 0 } leftOut, var wanted) => $"It does not fit: {(leftOut.Messages == 1 ? "the oldest message" : $"the {CountText.Full(leftOut.Messages)} oldest messages")}{(leftOut.Last is { Length: > 0 } last ? $", up to “{last}”," : "")} {(wanted is ContextFull.Ask ? "would have to be left out; you will be asked" : "will be left out")}.",
        _ => "It does not fit, and there is nothing older to leave out.",
    };

    private static string Lever(ContextForecast forecast)
    {
        var which = forecast.ToolCount == 1 ? "the tool" : $"these {CountText.Full(forecast.ToolCount)} tools";
        var less = forecast.ToolTime is { TotalSeconds: >= 0.5 } time ? $", about {DurationText.Lasting(time)} less wherever the prompt is read from the beginning" : ""; // elsewhere they come from the cache
        return $"Switch off {which}: −{CountText.Full(forecast.Tools)} tokens{less}";
    }

    protected override void OnDispose()
    {
        Box.Changed -= Read;
        Settings.Changed -= Read;
        _watch?.Dispose();
        _pacer?.Dispose();
        _gone.Cancel();
        base.OnDispose();
    }
}
