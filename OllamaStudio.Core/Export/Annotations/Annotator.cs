using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Export.Annotations;

/// <summary>
/// Sends what the person thinks of replies to each Phoenix among the destinations, once the reply's spans were read back there: Phoenix forgets an
/// annotation of a span that it has not stored. What fails is tried again, after five seconds, then twice as long each time, up to five minutes,
/// for a day; it is kept in the store and outlives the process. What other kinds of receivers would take is not known: they get none.
/// </summary>
public sealed partial class Annotator : BackgroundService
{
    /// <summary>How long it is tried.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    // Spans are stored within seconds.
    internal static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly ImmutableSortedDictionary<string, string> s_noHeaders = new DestinationSettings().Headers;
    private const int AtOnce = 50;
    private const int MaxWordsLength = 200;

    private readonly ISettings _settings;
    private readonly IAnnotationStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger<Annotator> _logger;
    private readonly AsyncResetEvent _work = new();
    private readonly ChangeSignal _signal;
    private ImmutableDictionary<string, DestinationSettings> _wanted;

    /// <summary>Makes one that sends nothing until it is started.</summary>
    public Annotator(ISettings settings, IAnnotationStore store, TimeProvider time, ILogger<Annotator> logger)
    {
        (_settings, _store, _time, _logger) = (settings, store, time, logger);
        _signal = new ChangeSignal(time);
        _wanted = Wanted();
        _settings.Changed += OnSettingsChanged;
    }

    /// <summary>Calls <paramref name="changed"/> after something became of one, until the result is disposed.</summary>
    public IDisposable Subscribe(Action changed) => _signal.Subscribe(changed);

    /// <summary>The write under way, or the last one.</summary>
    internal Task LastWrite { get; private set; } = Task.CompletedTask;

    /// <summary>Takes one, to be sent to every Phoenix that spans go to now. Returns at once.</summary>
    public void Put(Annotation annotation)
    {
        string[] destinations = [.. _settings.Current.Telemetry.Destinations.Where(IsWanted).Select(static destination => destination.Id)];
        LastWrite = WriteAsync(() => _store.PutAsync(annotation, destinations, _time.GetUtcNow()));
    }

    /// <summary>Whether spans go to a Phoenix by gRPC: that one gets none, for annotations go by HTTP, and where it takes that nobody told.</summary>
    public bool HasPhoenixByGrpc => _settings.Current.Telemetry.Destinations.Any(static destination => IsPhoenix(destination) && destination.Protocol is DestinationProtocol.Grpc);

    /// <summary>What became of a reply's at each destination, by the titles that people gave these. Blocks for some milliseconds.</summary>
    public ImmutableArray<(string Title, AnnotationDelivery Delivery)> Of(string messageId)
    {
        var destinations = _settings.Current.Telemetry.Destinations;
        return
        [
            .. _store.Of(messageId).Select(delivery => (
                destinations.FirstOrDefault(destination => destination.Id == delivery.Destination) is { } known ? DestinationKinds.TitleOf(known) : "a destination that is gone", delivery)),
        ];
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                _work.Reset();
                await TrySendDueAsync(stoppingToken);
                await WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What waits is kept.
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _settings.Changed -= OnSettingsChanged;
        base.Dispose();
        _signal.Dispose();
    }

    /// <summary>Tries all that is due.</summary>
    internal async Task SendDueAsync(CancellationToken cancellationToken)
    {
        while (await Task.Run(() => _store.ReadDue(_time.GetUtcNow(), AtOnce), cancellationToken) is { Count: > 0 } due)
        {
            foreach (var of in due.GroupBy(static delivery => delivery.Destination, StringComparer.Ordinal))
            {
                await SendAsync(of.Key, [.. of], cancellationToken);
            }
        }
    }

    private static bool IsPhoenix(DestinationSettings destination) =>
        DestinationKinds.Of(destination).Kind is DestinationKind.Phoenix or DestinationKind.PhoenixCloud && DestinationKinds.Gets(destination, TelemetrySignal.Traces);

    private static bool IsWanted(DestinationSettings destination) =>
        IsPhoenix(destination) && destination.Protocol is DestinationProtocol.HttpProtobuf; // where it takes annotations is another port than gRPC's, which nobody told

    private async Task TrySendDueAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SendDueAsync(cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogFailed(_logger, error);
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pause = await PauseAsync(cancellationToken);
        await Task.WhenAny(_work.WaitAsync(over.Token), Task.Delay(pause, _time, over.Token));
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<TimeSpan> PauseAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(_store.NextDue, cancellationToken) is { } due
                ? Min(Max(due - _time.GetUtcNow(), TimeSpan.FromSeconds(1)), LongestPause) // where the clock was set back it lies further ahead than a timer goes
                : Timeout.InfiniteTimeSpan;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogFailed(_logger, error);
            return LongestPause; // what waits is looked for again then
        }
    }

    private async Task SendAsync(string id, IReadOnlyList<AnnotationDelivery> due, CancellationToken cancellationToken)
    {
        var telemetry = _settings.Current.Telemetry;
        if (telemetry.Destinations.FirstOrDefault(destination => destination.Id == id) is not { } destination || !IsWanted(destination))
        {
            await NoteAsync(due, "The destination is off, or no Phoenix any more", cancellationToken);
            return;
        }

        PhoenixReader reader;
        ExportPlan plan;
        try
        {
            plan = ExportPlan.From(telemetry, destination);
            reader = new PhoenixReader(plan, _time);
        }
        catch (FormatException fault)
        {
            await NoteAsync(due, fault.Message, cancellationToken);
            return;
        }

        using (reader)
        {
            switch (await reader.IsPhoenixAsync(wasPhoenix: false, cancellationToken))
            {
                case null:
                    await NoteAsync(due, "It does not answer", cancellationToken);
                    break;
                case false:
                    await NoteAsync(due, "What answers there is no Phoenix", cancellationToken);
                    break;
                default:
                    await SendAsync(reader, plan, due, cancellationToken);
                    break;
            }
        }
    }

    private async Task SendAsync(PhoenixReader reader, ExportPlan plan, IReadOnlyList<AnnotationDelivery> due, CancellationToken cancellationToken)
    {
        var roots = await Task.Run(() => due.Select(delivery => (Delivery: delivery, Root: _store.FindRoot(delivery.Annotation.TraceId))).ToArray(), cancellationToken);
        await NoteAsync([.. roots.Where(static pair => pair.Root is null).Select(static pair => pair.Delivery)], "Its trace is not stored yet", cancellationToken);
        foreach (var (delivery, _) in roots.Where(static pair => pair.Root is { IsSampledOut: true }))
        {
            await NoteAsync(delivery, AnnotationState.Kept, "the trace of this reply was sampled out", cancellationToken);
        }

        var known = roots.Where(static pair => pair.Root is { IsSampledOut: false }).Select(static pair => (pair.Delivery, Root: pair.Root!.Value.SpanId)).ToArray();
        if (known.Length == 0)
        {
            return;
        }

        // By a rule each trace may be in a project of its own: Phoenix is asked by the annotation itself then.
        var (stored, mayRead) = plan.ProjectRule is ProjectRule.One ? await reader.ReadBackAsync(plan.Project, [.. known.Select(static pair => pair.Root)], cancellationToken) : (null, false);
        foreach (var (delivery, root) in known)
        {
            // Where nothing may be read, Phoenix itself refuses what it has no span for.
            if (mayRead && stored?.Contains(root) is not true)
            {
                await NoteAsync([delivery], "Its spans are not stored there yet", cancellationToken);
                continue;
            }

            var isOfCopy = await Task.Run(() => _store.IsOfCopy(delivery.Annotation.MessageId, delivery.Annotation.TraceId), cancellationToken);
            var (state, words) = await reader.AnnotateAsync(root, delivery.Annotation, isOfCopy, cancellationToken);
            if (state is AnnotationState.Waiting)
            {
                await NoteAsync([delivery], words, cancellationToken);
            }
            else
            {
                await NoteAsync(delivery, state, words is null ? null : TextCut.Shorten(words, MaxWordsLength), cancellationToken);
            }
        }
    }

    // To be tried again, where it is not too late.
    private async Task NoteAsync(IReadOnlyList<AnnotationDelivery> tried, string? reason, CancellationToken cancellationToken)
    {
        foreach (var delivery in tried)
        {
            var isOver = _time.GetUtcNow() - delivery.Annotation.ChangedAt >= Patience;
            await NoteAsync(delivery, isOver ? AnnotationState.Refused : AnnotationState.Waiting, isOver ? $"Given up after a day: {reason}" : reason, cancellationToken);
        }
    }

    private async Task NoteAsync(AnnotationDelivery delivery, AnnotationState state, string? reason, CancellationToken cancellationToken)
    {
        var pause = Min(FirstPause * Math.Pow(2, Math.Min(delivery.Tries, 20)), LongestPause);
        await _store.NoteAsync(delivery, state, reason, _time.GetUtcNow() + pause).WaitAsync(cancellationToken);
        _signal.Raise();
    }

    // Whatever else is set says nothing of why one was refused.
    private void OnSettingsChanged()
    {
        var now = Wanted();
        var before = Interlocked.Exchange(ref _wanted, now);
        string[] changed = [.. now.Where(one => !(before.GetValueOrDefault(one.Key) is { } old && IsSameWay(old, one.Value))).Select(static one => one.Key)];
        if (changed.Length > 0)
        {
            LastWrite = WriteAsync(() => _store.MakeDueAsync(changed, _time.GetUtcNow()));
        }
    }

    private ImmutableDictionary<string, DestinationSettings> Wanted() =>
        _settings.Current.Telemetry.Destinations.Where(IsWanted).ToImmutableDictionary(static destination => destination.Id, StringComparer.Ordinal);

    private static bool IsSameWay(DestinationSettings one, DestinationSettings other) => WayOf(one) == WayOf(other) && one.Headers.SequenceEqual(other.Headers);

    // Without what is for people, or for other signals. Headers are compared by themselves: to a record they would be the same only as one object.
    private static DestinationSettings WayOf(DestinationSettings destination) => destination with
    {
        Name = null, TraceLink = null, Metrics = false, Logs = false, MetricsApart = SignalSettings.None, LogsApart = SignalSettings.None, Headers = s_noHeaders,
    };

    private async Task WriteAsync(Func<Task> write)
    {
        try
        {
            await write();
            _work.Set();
            _signal.Raise();
        }
        catch (Exception error)
        {
            // The message has it; the store says itself that it is in trouble.
            LogFailed(_logger, error);
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Feedback could not be kept or sent")]
    private static partial void LogFailed(ILogger logger, Exception error);
}
