using System.Collections.Immutable;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Library;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Insights.Residency;

/// <summary>
/// Which models were in a server's memory, since the studio started and for a day: what the looks at the server (<see cref="OllamaServers"/>)
/// found, put together with the studio's own model calls, which say when a model was loaded to a hundredth of a second, and for whom. What
/// came and went between two looks, by another client, nobody sees. In memory; at most <see cref="MostStretches"/> and
/// <see cref="MostUses"/>, beyond which the oldest go. Safe to use from any thread.
/// </summary>
public sealed class ResidencyRecorder : ISpanObserver, IDisposable
{
    /// <summary>How long anything is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>Most stretches in memory that are kept.</summary>
    public const int MostStretches = 2_000;

    /// <summary>Most uses that are kept.</summary>
    public const int MostUses = 10_000;

    // A look comes once a minute where nobody watches; who loaded a model that it finds may have ended as long ago.
    private static readonly TimeSpan BetweenLooks = LookSchedule.Distant + LookSchedule.Close;

    // Clocks of two machines, and what a request takes.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly OllamaServers _servers;
    private readonly ModelLibrary _library;
    private readonly ISpanFeed _feed;
    private readonly TimeProvider _time;
    private readonly ChangeSignal _signal;
    private readonly List<Stretch> _stretches = [];
    private readonly List<Use> _uses = [];

    // The server that the last look found up; null where it found none.
    private string? _lookedAt;
    private DateTimeOffset _lookedTime;

    /// <summary>Begins to follow the servers.</summary>
    /// <param name="servers">The servers.</param>
    /// <param name="library">What a person does with their models.</param>
    /// <param name="feed">The turns that run.</param>
    /// <param name="time">The clock.</param>
    public ResidencyRecorder(OllamaServers servers, ModelLibrary library, ISpanFeed feed, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(servers);
        (_servers, _library, _feed, _time) = (servers, library, feed, time);
        _signal = new ChangeSignal(time, TimeSpan.FromSeconds(1));
        _servers.Changed += Look;
        Look();
    }

    /// <summary>Calls <paramref name="changed"/> after something came up, at most once a second, until the result is disposed.</summary>
    public IDisposable Subscribe(Action changed) => _signal.Subscribe(changed);

    /// <summary>What is known of the models of the server that answers, from that time on; those in memory first, then by name.</summary>
    public ImmutableArray<ResidencyLane> Read(DateTimeOffset from)
    {
        var server = KeyOf(_servers.Status.Current);
        lock (_gate)
        {
            var stretches = _stretches.Where(stretch => stretch.Server == server && (stretch.To ?? DateTimeOffset.MaxValue) > from).ToLookup(static stretch => stretch.Key);
            var uses = _uses.Where(use => use.Server == server && use.What.End > from).ToLookup(static use => use.Key);
            return
            [
                // A name that was asked for when it stood for nothing, or for another model, is one lane all the same.
                .. stretches.Select(static lane => lane.Key).Union(uses.Select(static lane => lane.Key))
                    .GroupBy(key => ModelNames.WithTag(NameOf(key)), StringComparer.OrdinalIgnoreCase)
                    .Select(keys => new ResidencyLane(
                        NameOf(keys.First()),
                        [.. keys.SelectMany(key => stretches[key]).OrderBy(static stretch => stretch.From).Select(static stretch => stretch.ToRecord())],
                        [.. keys.SelectMany(key => uses[key]).Select(static use => use.What).OrderBy(static use => use.Start)]))
                .OrderByDescending(static lane => lane.IsLoaded).ThenBy(static lane => lane.Model, StringComparer.OrdinalIgnoreCase),
            ];

            string NameOf(string key) => stretches[key].LastOrDefault()?.Model ?? uses[key].Last().Model;
        }
    }

    /// <inheritdoc />
    public void Ended(SpanRecord span)
    {
        if (span is not { Duration: { } duration } || span[TelemetryNames.GenAi.OperationName] is not string operation || !SpanRollups.IsModelCall(operation)
            || (SpanFacts.Model(span) ?? span.Origin?.Model) is not { Length: > 0 } model)
        {
            return;
        }

        // Another may answer by now, and that one had nothing to do with it.
        if ((span[TelemetryNames.Llm.Host] is string host ? _servers.Status.At(host) : _servers.Status.Current) is not { } current || current.Find(model) is { RemoteHost: not null })
        {
            return;
        }

        var load = TimeSpan.FromMilliseconds(Math.Min(SpanRollups.Number(span, TelemetryNames.Llm.LoadDuration) ?? 0, duration.TotalMilliseconds));
        var queue = TimeSpan.FromMilliseconds(Math.Min(SpanRollups.Number(span, TelemetryNames.Llm.QueueDuration) ?? 0, (duration - load).TotalMilliseconds));
        var use = new ResidentUse(span.StartTime, duration, load >= MeasuredCall.WarmLoad ? load : null, queue, span.TraceId, span.Status is SpanStatus.Error);
        var (server, key) = (KeyOf(current), KeyOf(current, model));
        lock (_gate)
        {
            Add(new Use(server, key, model, use));
            if (!use.IsFailed)
            {
                Place(server, key, model, use);
            }
        }

        _signal.Raise();
    }

    /// <summary>Forgets who used what when. What is in the server's memory now is there as before the first look.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _stretches.Clear();
            _uses.Clear();
            _lookedAt = null;
        }

        Look();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _servers.Changed -= Look;
        _signal.Dispose();
    }

    // A call that went well was in memory from when it was loaded; whether a look has been there or not.
    private void Place(string server, string key, string model, ResidentUse use)
    {
        var there = _stretches.FindLast(stretch => stretch.Server == server && stretch.Key == key && stretch.To is null);
        var from = use.Start + use.Queue + (use.Load ?? TimeSpan.Zero);
        if (there is null)
        {
            Add(new Stretch(server, key, model, from) { Origin = use.Load is null ? ResidencyOrigin.Before : ResidencyOrigin.Turn, TraceId = use.Load is null ? null : use.TraceId });
        }
        else if (use.Load is not null && there.From > use.Start && there.From <= use.End + BetweenLooks)
        {
            // A look saw it first; now it is known since when, and for whom.
            (there.From, there.Origin, there.TraceId) = (from, ResidencyOrigin.Turn, use.TraceId);
        }
    }

    private void Look()
    {
        var status = _servers.Status.Current;
        var server = KeyOf(status);
        var now = _time.GetUtcNow();
        var running = RunningCalls();
        lock (_gate)
        {
            if (status.State is not ServerState.Up)
            {
                foreach (var stretch in _stretches.Where(stretch => stretch.Server == server && stretch.To is null))
                {
                    (stretch.To, stretch.End) = (now, ResidencyEnd.ServerGone);
                }

                _lookedAt = _lookedAt == server ? null : _lookedAt;
            }
            else
            {
                Compare(status, server, running, now);
                (_lookedAt, _lookedTime) = (server, now);
            }

            Trim(now);
        }

        _signal.Raise();
    }

    private void Compare(ServerStatus status, string server, ImmutableArray<(string Model, string TraceId, DateTimeOffset Start)> running, DateTimeOffset now)
    {
        var isFirst = _lookedAt != server;
        var open = _stretches.Where(stretch => stretch.Server == server && stretch.To is null).ToDictionary(static stretch => stretch.Key, StringComparer.Ordinal);
        var listed = status.Running.DistinctBy(model => KeyOf(status, model.Name)).ToDictionary(model => KeyOf(status, model.Name), StringComparer.Ordinal);
        var come = listed.Where(model => !open.ContainsKey(model.Key)).Select(static model => model.Value.Name).ToArray();
        foreach (var (key, model) in listed)
        {
            if (!open.TryGetValue(key, out var stretch))
            {
                var (origin, traceId) = isFirst ? (ResidencyOrigin.Before, null) : OriginOf(status, server, key, model.Name, running, now);
                Add(stretch = new Stretch(server, key, model.Name, now) { Origin = origin, TraceId = traceId });
            }
            else if (model.ExpiresAt > stretch.ExpiresAt + Tolerance && !isFirst && !IsOwn(status, server, key, model.Name, running))
            {
                UsedByOther(server, key, model.Name, now);
            }

            (stretch.Model, stretch.ExpiresAt) = (model.Name, model.ExpiresAt);
        }

        foreach (var stretch in open.Values.Where(stretch => !listed.ContainsKey(stretch.Key)))
        {
            var isOver = stretch.ExpiresAt is { } due && due <= now + Tolerance;
            stretch.To = isOver && stretch.ExpiresAt > stretch.From && stretch.ExpiresAt < now ? stretch.ExpiresAt : now;
            stretch.EvictedFor = come.FirstOrDefault() ?? running.Where(call => !ModelNames.Same(call.Model, stretch.Model)).Select(static call => call.Model).FirstOrDefault();
            stretch.End = IsDone(status, stretch.Model, ModelJobKind.Unload) || IsDone(status, stretch.Model, ModelJobKind.Delete) ? ResidencyEnd.Ejected
                : isOver ? ResidencyEnd.Expired
                : stretch.EvictedFor is not null ? ResidencyEnd.Evicted
                : ResidencyEnd.Unloaded;
            stretch.EvictedFor = stretch.End is ResidencyEnd.Evicted ? stretch.EvictedFor : null;
        }
    }

    private (ResidencyOrigin Origin, string? TraceId) OriginOf(
        ServerStatus status, string server, string key, string model, ImmutableArray<(string Model, string TraceId, DateTimeOffset Start)> running, DateTimeOffset now)
    {
        if (running.FirstOrDefault(call => ModelNames.Same(call.Model, model) || KeyOf(status, call.Model) == key) is { TraceId: not null } call)
        {
            return (ResidencyOrigin.Turn, call.TraceId);
        }

        var ended = _uses.FindLast(use => use.Server == server && use.Key == key && use.What is { Load: not null, IsFailed: false, TraceId: not null });
        return ended is not null && ended.What.End > now - BetweenLooks ? (ResidencyOrigin.Turn, ended.What.TraceId)
            : IsDone(status, model, ModelJobKind.Load) ? (ResidencyOrigin.Person, null)
            : (ResidencyOrigin.OtherClient, null);
    }

    // Whether the studio itself used it since the last look.
    private bool IsOwn(ServerStatus status, string server, string key, string model, ImmutableArray<(string Model, string TraceId, DateTimeOffset Start)> running) =>
        running.Any(call => KeyOf(status, call.Model) == key) || IsDone(status, model, ModelJobKind.Load)
        || _servers.QuietlyUsedSince(status.Kind, _lookedTime - Tolerance).Any(used => KeyOf(status, used) == key)
        || _uses.FindLast(use => use.Server == server && use.Key == key && use.What.TraceId is not null)?.What.End >= _lookedTime - Tolerance;

    // Looks go on while it is at work, and each sees that.
    private void UsedByOther(string server, string key, string model, DateTimeOffset now)
    {
        var last = _uses.FindLastIndex(use => use.Server == server && use.Key == key && use.What.TraceId is null);
        if (last >= 0 && now - _uses[last].What.End < BetweenLooks)
        {
            _uses[last] = _uses[last] with { What = _uses[last].What with { Duration = now - _uses[last].What.Start } };
        }
        else
        {
            var from = now - LookSchedule.Close > _lookedTime ? now - LookSchedule.Close : _lookedTime;
            Add(new Use(server, key, model, new ResidentUse(from, now - from, null, TimeSpan.Zero, null, IsFailed: false)));
        }
    }

    private bool IsDone(ServerStatus status, string model, ModelJobKind kind) =>
        _library.Jobs.Any(job => job.Kind == kind && job.Server == status.Kind && job.State is ModelJobState.Running or ModelJobState.Done && ModelNames.Same(job.Model, model));

    private ImmutableArray<(string Model, string TraceId, DateTimeOffset Start)> RunningCalls() =>
    [
        .. _feed.Traces.Where(static trace => trace.IsRunning).SelectMany(static trace => trace.Spans)
            .Where(static span => span.IsRunning && span[TelemetryNames.GenAi.OperationName] is string operation && SpanRollups.IsModelCall(operation))
            .Select(static span => (Model: SpanFacts.Model(span) ?? "", span.TraceId, span.StartTime)).Where(static call => call.Model.Length > 0),
    ];

    private void Add(Stretch stretch)
    {
        if (_stretches.Count == MostStretches)
        {
            _stretches.RemoveAt(0);
        }

        _stretches.Add(stretch);
    }

    private void Add(Use use)
    {
        if (_uses.Count == MostUses)
        {
            _uses.RemoveAt(0);
        }

        _uses.Add(use);
    }

    private void Trim(DateTimeOffset now)
    {
        _stretches.RemoveAll(stretch => stretch.To < now - Kept);
        _uses.RemoveAll(use => use.What.End < now - Kept);
    }

    private static string KeyOf(ServerStatus server) => $"{server.Kind} {server.Address}";

    // Two names of one model share its place in memory.
    private static string KeyOf(ServerStatus server, string model) => server.DigestOf(model) ?? ModelNames.Display(model).ToLowerInvariant();
}
