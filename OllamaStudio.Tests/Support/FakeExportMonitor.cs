using System.Collections.Immutable;
using System.Diagnostics;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Export.Push;

namespace OllamaStudio.Tests.Support;

/// <summary>An export whose standing a test sets, and whose test span it answers.</summary>
public sealed class FakeExportMonitor : IExportMonitor
{
    private Action? _changed;

    public event Action<Activity>? TestSpanSent;

    /// <summary>A test span goes out.</summary>
    public void Send(Activity span) => TestSpanSent?.Invoke(span);

    public TaskCompletionSource<TestExportResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Cancelled { get; private set; }

    /// <summary>The destination that a test span was last sent to.</summary>
    public string? Tested { get; private set; }

    public int Subscribers { get; private set; }

    public ExportStatus Current { get; private set; } = new() { State = ExportState.Idle, Endpoint = "http://localhost:6006/v1/traces" };

    public ExportBooks Books { get; set; } = new();

    /// <summary>The standing of destinations that have one of their own.</summary>
    public Dictionary<string, ExportStatus> Statuses { get; } = [];

    /// <summary>The standing of metrics and logs of destinations that get any.</summary>
    public Dictionary<string, SignalStatus[]> Signals { get; } = [];

    public ImmutableArray<SignalStatus> SignalsOf(string destination) => [.. Signals.GetValueOrDefault(destination, [])];

    public ExportStatus StatusOf(string destination) => Statuses.GetValueOrDefault(destination, Current);

    public void Set(ExportStatus status)
    {
        Current = status;
        _changed?.Invoke();
    }

    /// <summary>Where traces can be opened; <c>{0}</c> is the trace, <c>{1}</c> the span.</summary>
    public Dictionary<string, string> Links { get; } = [];

    public ImmutableArray<ReceiverLink> LinksTo(string traceId, string? spanId) =>
        [.. Links.Select(link => new ReceiverLink(link.Key, link.Key, new Uri(string.Format(System.Globalization.CultureInfo.InvariantCulture, link.Value, traceId, spanId))))];

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

    public void TryNow(string? destination = null) => Asked.Add(nameof(TryNow));

    public void SendLeftBehind(string? destination = null) => Asked.Add(nameof(SendLeftBehind));

    public void DiscardLeftBehind(string? destination = null) => Asked.Add(nameof(DiscardLeftBehind));

    public async Task<TestExportResult> SendTestSpanAsync(string destination, CancellationToken cancellationToken)
    {
        Tested = destination;
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
