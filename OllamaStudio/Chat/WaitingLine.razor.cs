using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights.Forecasts;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>What is going on while a reply is awaited, with a running time; while it is written, how much has come and how fast.</summary>
public partial class WaitingLine
{
    /// <summary>Characters of a title; the rest is cut.</summary>
    private const int MaxTitle = 60;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    private ITimer? _timer;

    [Inject]
    public required TimeProvider Time { get; set; }

    [Inject]
    public required ITurnOrder Order { get; set; }

    [Inject]
    public required Forecaster Forecasts { get; set; }

    [Inject]
    public required SilenceJudge Judge { get; set; }

    /// <summary>The reply that is awaited.</summary>
    [Parameter, EditorRequired]
    public required string ReplyId { get; set; }

    [Parameter, EditorRequired]
    public TurnPhase Phase { get; set; }

    /// <summary>When the wait began, UTC.</summary>
    [Parameter, EditorRequired]
    public DateTimeOffset Since { get; set; }

    /// <summary>Whether the person is asked something, and nothing goes on until they answer.</summary>
    [Parameter]
    public bool IsAsking { get; set; }

    /// <summary>Since when Ollama has said nothing, UTC; null while it talks.</summary>
    [Parameter]
    public DateTimeOffset? SilentSince { get; set; }

    /// <summary>The reply is to be stopped, and another to be generated; without a delegate where that cannot be.</summary>
    [Parameter]
    public EventCallback OnStopAndRetry { get; set; }

    /// <summary>How fast the reply comes; null before its first chunk.</summary>
    [Parameter]
    public ReplyPace? Pace { get; set; }

    // Only while the model thinks or writes: what tools and a next prompt take has no pace.
    private ReplyPace? Coming => !IsAsking && Phase is (TurnPhase.Thinking or TurnPhase.Writing) ? Pace?.At(Time.GetUtcNow()) : null;

    private TurnAhead? Ahead => IsAsking ? null : Order.AheadOf(ReplyId);

    // Nobody is looked at while tools run.
    private SilenceVerdict? Verdict => IsAsking || Phase is TurnPhase.UsingTools ? null : Judge.Of(ReplyId);

    // Until the first piece, by the person's own past; after a round of tools anew.
    private (string Text, string Parts)? Forecast =>
        !IsAsking && Phase is TurnPhase.Connecting or TurnPhase.LoadingModel or TurnPhase.WaitingForFirstToken && Forecasts.Of(ReplyId) is var (call, forecast)
            ? (ForecastText.Of(forecast, Time.GetUtcNow() - call.SentAt), ForecastText.Parts(forecast)) : null;

    private string Rest => Coming is { } pace ? $" · {DurationText.Lasting(pace.Duration)} · {PaceText.Of(pace)}" : "";

    private string Reason => Phase switch
    {
        TurnPhase.Connecting or TurnPhase.LoadingModel => "A large model can take minutes to load. There is no time limit: keep waiting, or press Stop.",
        TurnPhase.WaitingForFirstToken => "Loading a large model or reading a long prompt can take minutes. There is no time limit: keep waiting, or press Stop.",
        _ => "The connection is still open: keep waiting, or press Stop.",
    };

    private string Name => Phase switch
    {
        _ when IsAsking => "Waiting for your approval",
        TurnPhase.Connecting => "Connecting",
        // After a while nobody knows that it is being loaded, only whether it is in memory.
        TurnPhase.LoadingModel when Verdict is { } silence => silence.IsLoaded is true ? "Waiting for the first token" : "Waiting for the model to load",
        TurnPhase.LoadingModel => "Loading the model",
        TurnPhase.WaitingForFirstToken => "Waiting for the first token",
        TurnPhase.Thinking => "Thinking",
        TurnPhase.UsingTools => "Using tools",
        _ => "Writing",
    };

    protected override void OnInitialized() =>
        _timer = Time.CreateTimer(_ => Redraw(), null, Tick, Tick);

    protected override void OnDispose() => _timer?.Dispose();
}
