using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Components.Chat;

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
