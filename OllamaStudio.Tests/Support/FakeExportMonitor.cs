using OllamaStudio.Core.Export;

namespace OllamaStudio.Tests.Support;

/// <summary>An export whose standing a test sets, and whose test span it answers.</summary>
public sealed class FakeExportMonitor : IExportMonitor
{
    private Action? _changed;

    public TaskCompletionSource<TestExportResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Cancelled { get; private set; }

    public int Subscribers { get; private set; }

    public ExportStatus Current { get; private set; } = new() { State = ExportState.Idle, Endpoint = "http://localhost:6006/v1/traces" };

    public ExportBooks Books { get; set; } = new();

    public void Set(ExportStatus status)
    {
        Current = status;
        _changed?.Invoke();
    }

    public TraceExportState TraceState { get; set; }

    public TraceExportState StateOf(string traceId) => TraceState;

    public IDisposable Subscribe(Action changed)
    {
        _changed += changed;
        Subscribers++;
        return new Subscription(() =>
        {
            _changed -= changed;
            Subscribers--;
        });
    }

    /// <summary>What was asked of it, in order.</summary>
    public List<string> Asked { get; } = [];

    public void TryNow() => Asked.Add(nameof(TryNow));

    public void SendLeftBehind() => Asked.Add(nameof(SendLeftBehind));

    public void DiscardLeftBehind() => Asked.Add(nameof(DiscardLeftBehind));

    public async Task<TestExportResult> SendTestSpanAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Answer.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Cancelled = true;
            throw;
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
