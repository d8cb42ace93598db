using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Export.Push;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Sends the studio's spans to the destinations of the settings, and takes up changed settings while running: the host's tracing
/// listens and samples as long as the host lives and ends in the <see cref="SpanRouter"/>; what comes after that is each
/// <see cref="Destination"/>'s own, so that one that is dead keeps no other waiting. Whatever an endpoint does, whoever starts or
/// ends a span, or saves settings, is never kept waiting.
/// </summary>
public sealed partial class ExportService : IHostedService, IExportMonitor, IAsyncDisposable
{
    private static readonly TimeSpan s_tryAgain = TimeSpan.FromSeconds(30);
    private static readonly string s_preset = new DestinationSettings().Endpoint;

    private readonly ISettings _settings;
    private readonly ILogger<ExportService> _logger;
    private readonly SpanRouter _router;
    private readonly TailSampler _tail;
    private readonly MetricPush _metrics;
    private readonly LogPush _logs;
    private readonly DataFolder? _data;
    private readonly TimeProvider _time;
    private readonly Func<string, Destination> _makeDestination;
    private readonly ChangeSignal _signal;
    private readonly TestSpanSender _testSpan;
    private readonly Lock _gate = new();

    // Of destinations that the settings have no more: what they still send is waited for at the end.
    private readonly List<Task> _leaving = [];
    private ImmutableArray<Entry> _entries = [];
    private ITimer? _again;
    private bool _announced;
    private bool _stopped;

    /// <summary>Makes one that sends nothing until it is started.</summary>
    internal ExportService(ISettings settings, AnsweredServers answered, SpanRouter router, TailSampler tail, MetricPush metrics, LogPush logs, TimeProvider timeProvider, ILogger<ExportService> logger, IExportedSpans? exported = null, DataFolder? data = null)
    {
        (_metrics, _logs, _data, _time) = (metrics, logs, data, timeProvider);
        _settings = settings;
        _router = router;
        _tail = tail;
        _logger = logger;
        _signal = new ChangeSignal(timeProvider);
        _testSpan = new TestSpanSender(timeProvider, span => TestSpanSent?.Invoke(span));
        _makeDestination = id =>
        {
            var destination = new Destination(answered, timeProvider, logger, exported, data is null ? null : new Spool(data, id, timeProvider)) { Id = id };
            destination.Changed += _signal.Raise;
            return destination;
        };
        _tail.Decided += (_, _) => _signal.Raise();
        _metrics.Senders.Changed += _signal.Raise;
        _logs.Senders.Changed += _signal.Raise;
    }

    /// <inheritdoc />
    public event Action<Activity>? TestSpanSent;

    /// <inheritdoc />
    public ExportStatus Current => ExportSum.Of([.. Entries.Select(static entry => (entry.Title, entry.Status))]) with
    {
        Signals = [.. from entry in Entries from status in SignalsOf(entry.Id) where status.State is not ExportState.Off select new SignalStanding(entry.Title, status)],
    };

    private ImmutableArray<Entry> Entries => ImmutableInterlocked.InterlockedCompareExchange(ref _entries, default, default);

    /// <inheritdoc />
    public ExportStatus StatusOf(string destination) => Of(destination).FirstOrDefault()?.Status ?? new ExportStatus();

    /// <inheritdoc />
    public ImmutableArray<SignalStatus> SignalsOf(string destination) => [_metrics.Senders.StatusOf(destination), _logs.Senders.StatusOf(destination)];

    /// <inheritdoc />
    public ExportBooks Books
    {
        get
        {
            var ((books, tail), isOfOneMoment) = _router.Guard.Read(() => (_router.Count(Entries.Select(static entry => entry.Destination)), _tail.Current));
            return books with { LeftOut = books.LeftOut + tail.LeftOutSpans, Held = tail.HeldSpans, IsMoving = !isOfOneMoment };
        }
    }

    /// <inheritdoc />
    public TraceExportState StateOf(string traceId) =>
        _tail.StateOf(traceId) is var state and not TraceExportState.Unknown ? state : ExportSum.Of(Entries.Select(entry => entry.Destination.StateOf(traceId)));

    /// <inheritdoc />
    public ImmutableArray<ReceiverLink> LinksTo(string traceId, string? spanId) => StateOf(traceId) is var state && state is TraceExportState.LeftOut ? [] :
    [
        .. from destination in _settings.Current.Telemetry.Destinations
           where destination.Enabled && StatusOf(destination.Id).State is not (ExportState.Off or ExportState.Waiting)
              && (state is TraceExportState.Unknown || !Of(destination.Id).All(entry => entry.Destination.HasNone(traceId)))
           let page = DestinationKinds.LinkTo(destination, traceId, spanId)
           where page is not null
           select new ReceiverLink(destination.Id, DestinationKinds.TitleOf(destination), page),
    ];

    /// <inheritdoc />
    public IDisposable Subscribe(Action changed) => _signal.Subscribe(changed);

    /// <summary>Begins to send. Neither waits for the endpoint nor fails: without tracing the studio still runs.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Subscribed first: a change in between is then applied twice rather than missed.
        _settings.Changed += Apply;
        TryApply();
        if (_data is not null)
        {
            SpoolRemains.Sweep(_data, _settings.Current.Telemetry.Destinations.Select(static destination => destination.Id).ToHashSet(StringComparer.Ordinal), _time.GetUtcNow(), _logger);
        }

        return Task.CompletedTask;
    }

    /// <summary>Sends what waits, for three seconds at most, and ends. A second call does nothing.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _settings.Changed -= Apply;
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            _stopped = true;
            TryAgain(isWanted: false);
        }

        _tail.Close();
        _router.Destinations = [];
        await Task.WhenAll([.. Entries.Select(entry => entry.Destination.StopAsync(cancellationToken)), .. _leaving, _metrics.StopAsync(cancellationToken), _logs.StopAsync(cancellationToken)]);
        _signal.Dispose();
    }

    /// <summary>Stops, where that was not done yet.</summary>
    public ValueTask DisposeAsync() => new(StopAsync(CancellationToken.None));

    // Brings what runs in line with the settings in force; done here, a change is in force when it was saved. Changes that
    // meet here wait for one another, and all but the last find nothing to do.
    private void Apply()
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            var settings = _settings.Current.Telemetry;
            _tail.Use(settings);
            _metrics.Use(settings);
            _logs.Use(settings);
            var before = Entries;
            var entries = settings.Destinations.Select(wanted => Apply(settings, wanted, before.FirstOrDefault(entry => entry.Id == wanted.Id) ?? new(wanted.Id, _makeDestination(wanted.Id)))).ToImmutableArray();
            ImmutableInterlocked.InterlockedExchange(ref _entries, entries);
            _router.Destinations = [.. entries.Select(static entry => entry.Destination)];
            foreach (var gone in before.Where(entry => !entries.Any(kept => kept.Id == entry.Id)))
            {
                _leaving.RemoveAll(static leaving => leaving.IsCompleted);
                gone.Destination.GiveUpKept(); // nobody would send it any more
                _leaving.Add(gone.Destination.StopAsync(CancellationToken.None));
            }

            if (entries.All(static entry => entry.IsOff) && (!_announced || before.Any(static entry => !entry.IsOff)))
            {
                LogOff(_logger);
            }

            _announced = true;
            TryAgain(entries.Any(static entry => entry.Fault is not null));
        }

        _signal.Raise();
    }

    // At the start, and by a timer, where nobody else would take what it throws: without an export the studio still runs.
    private void TryApply()
    {
        try
        {
            Apply();
        }
        catch (Exception unexpected)
        {
            LogNotApplied(_logger, unexpected);
            lock (_gate)
            {
                TryAgain(isWanted: !_stopped);
            }
        }
    }

    // A file that is missing may come: nobody tells of that.
    private void TryAgain(bool isWanted)
    {
        _again?.Dispose();
        _again = isWanted ? _time.CreateTimer(static service => ((ExportService)service!).TryApply(), this, s_tryAgain, Timeout.InfiniteTimeSpan) : null;
    }

    /// <summary>Brings one destination in line with its settings.</summary>
    private Entry Apply(TelemetrySettings settings, DestinationSettings wanted, Entry entry)
    {
        var destination = entry.Destination;
        var next = entry with { Title = DestinationKinds.TitleOf(wanted), Fault = null, IsPreset = wanted.Id == DestinationSettings.FirstId && wanted.Endpoint == s_preset };
        try
        {
            if (!DestinationKinds.Gets(wanted, TelemetrySignal.Traces))
            {
                destination.Rest(PlanOf(settings, wanted));
                return next with { IsOff = true };
            }

            var plan = ExportPlan.From(settings, wanted);
            if (destination.Route?.Plan.IsSameAs(plan) != true)
            {
                destination.Use(plan);
                LogInitialized(_logger, plan.Service, plan.Project, plan.Address, plan.Environment);
            }

            return next with { IsOff = false };
        }
        catch (Exception failure)
        {
            // Telemetry that cannot be set up must not break what it watches. What ends meanwhile is kept for it.
            var keeping = ExportPlan.Keeping(settings, wanted, failure.Message);
            if (keeping is null || destination.Route?.Plan.IsSameAs(keeping) != true)
            {
                destination.Use(keeping);
            }

            if (failure.Message != entry.Fault)
            {
                LogFailed(_logger, failure.Message);
            }

            return next with { IsOff = false, Fault = failure.Message };
        }
    }

    // One that is off may be set up wrongly, and that is nobody's trouble then.
    private static ExportPlan? PlanOf(TelemetrySettings settings, DestinationSettings wanted)
    {
        try
        {
            return ExportPlan.From(settings, wanted);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private IEnumerable<Entry> Of(string? destination) => Entries.Where(entry => destination is null || entry.Id == destination);

    /// <summary>A destination of the settings.</summary>
    /// <param name="Id">Tells it from the others.</param>
    /// <param name="Destination">What sends.</param>
    private sealed record Entry(string Id, Destination Destination)
    {
        public string Title { get; init; } = "";

        /// <summary>Why it cannot send; null for nothing.</summary>
        public string? Fault { get; init; }

        public bool IsOff { get; init; } = true;

        /// <summary>Whether nobody set its address.</summary>
        public bool IsPreset { get; init; }

        public ExportStatus Status
        {
            get
            {
                var status = Destination.Current with { IsPreset = IsPreset };
                return Fault is null ? status : status with { State = ExportState.Failing, LastError = Fault };
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Telemetry initialized: service={Service}, project={Project}, endpoint={Endpoint}, env={Env}")]
    private static partial void LogInitialized(ILogger logger, string service, string project, string endpoint, string env);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed to initialize telemetry: {Reason}. Continuing without tracing.")]
    private static partial void LogFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The export could not be brought in line with the settings; it is tried again")]
    private static partial void LogNotApplied(ILogger logger, Exception unexpected);

    [LoggerMessage(Level = LogLevel.Information, Message = "Telemetry is off: spans stay in this process")]
    private static partial void LogOff(ILogger logger);
}
