using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Chat;

/// <summary>What is going on while a reply is awaited, with a running time.</summary>
public partial class WaitingLine : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    private ITimer? _timer;

    [Inject]
    public required TimeProvider Time { get; set; }

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

    private string Reason => Phase switch
    {
        TurnPhase.Connecting or TurnPhase.LoadingModel => "A large model can take minutes to load. Nothing is cut off: wait, or stop.",
        TurnPhase.ReadingPrompt => "A long prompt can take minutes to read. Nothing is cut off: wait, or stop.",
        _ => "The connection is still open: wait, or stop.",
    };

    private string Name => Phase switch
    {
        TurnPhase.Connecting => "Connecting",
        TurnPhase.LoadingModel => "Loading the model",
        TurnPhase.ReadingPrompt => "Reading the prompt",
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
