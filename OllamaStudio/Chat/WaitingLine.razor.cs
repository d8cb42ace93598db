using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>What is going on while a reply is awaited, with a running time; while it is written, how much has come and how fast.</summary>
public partial class WaitingLine : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    private ITimer? _timer;

    [Inject]
    public required TimeProvider Time { get; set; }

    [Inject]
    public required ITurnOrder Order { get; set; }

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

    /// <summary>How fast the reply comes; null before its first chunk.</summary>
    [Parameter]
    public ReplyPace? Pace { get; set; }

    // Only while the model thinks or writes: what tools and a next prompt take has no pace.
    private ReplyPace? Coming => !IsAsking && Phase is (TurnPhase.Thinking or TurnPhase.Writing) ? Pace?.At(Time.GetUtcNow()) : null;

    private TurnAhead? Ahead => IsAsking ? null : Order.AheadOf(ReplyId);

    private string Words => IsAsking ? "Waiting for your word"
        : Coming is { } pace ? $"{Name} · {DurationText.Lasting(pace.Duration)} · {PaceText.Of(pace)}"
        : Name;

    private string Reason => Phase switch
    {
        TurnPhase.Connecting or TurnPhase.LoadingModel => "A large model can take minutes to load. Nothing is cut off: wait, or stop.",
        TurnPhase.WaitingForFirstToken => "Loading a large model or reading a long prompt can take minutes. Nothing is cut off: wait, or stop.",
        _ => "The connection is still open: wait, or stop.",
    };

    private string Name => Phase switch
    {
        TurnPhase.Connecting => "Connecting",
        TurnPhase.LoadingModel => "Loading the model",
        TurnPhase.WaitingForFirstToken => "Waiting for the first token",
        TurnPhase.Thinking => "Thinking",
        TurnPhase.UsingTools => "Using tools",
        _ => "Writing",
    };

    protected override void OnInitialized() =>
        _timer = Time.CreateTimer(_ => _ = InvokeAsync(StateHasChanged), null, Tick, Tick);

    public void Dispose()
    {
        _timer?.Dispose();
        GC.SuppressFinalize(this);
    }
}
