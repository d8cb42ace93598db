using System.Collections.Immutable;
using System.Diagnostics;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Spans;

/// <summary>
/// Hands every span of the studio to a <see cref="SpanFeed"/> when it starts and when it ends, and to an <see cref="ISpanStore"/> when it
/// ends, as a copy: it never blocks, never throws and never keeps the activity. It runs beside the exporter's sampling and leaves it alone.
/// </summary>
public sealed class SpanListener : IDisposable
{
    private readonly SpanFeed _feed;
    private readonly ISpanStore? _store;
    private readonly ISettings? _settings;
    private readonly ISamplingDecisions? _decisions;
    private readonly ISpanObserver[] _observers;
    private readonly ActivityListener _listener;
    private Origin _origin = new(null, SpanResource.Unknown);

    /// <summary>Starts listening.</summary>
    /// <param name="feed">Shows spans while they happen.</param>
    /// <param name="store">Keeps them; null for nobody.</param>
    /// <param name="settings">Say in whose name spans are made; null for nobody's.</param>
    /// <param name="decisions">Say whether a span is exported, where that is decided late; null where it never is.</param>
    /// <param name="observers">Who else wants to know of each span that ended; null for nobody.</param>
    public SpanListener(SpanFeed feed, ISpanStore? store = null, ISettings? settings = null, ISamplingDecisions? decisions = null, IEnumerable<ISpanObserver>? observers = null)
        : this(feed, StudioDiagnostics.Name, store, settings, decisions, observers)
    {
    }

    internal SpanListener(SpanFeed feed, string sourceName, ISpanStore? store = null, ISettings? settings = null, ISamplingDecisions? decisions = null, IEnumerable<ISpanObserver>? observers = null)
    {
        (_feed, _store, _settings, _decisions, _observers) = (feed, store, settings, decisions, [.. observers ?? []]);
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == sourceName,

            // Never AllDataAndRecorded: the most that any listener asks for wins, so every span would count as sampled
            // and the ratio that a person set for the export would be defeated.
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            SampleUsingParentId = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity => Record(activity, ended: false),
            ActivityStopped = activity => Record(activity, ended: true),
        };
        ActivitySource.AddActivityListener(_listener);
        _decisions?.Decided += Decide;
    }

    /// <summary>Stops listening. Spans still running stay running in the feed.</summary>
    public void Dispose()
    {
        _decisions?.Decided -= Decide;
        _listener.Dispose();
    }

    private void Record(Activity activity, bool ended)
    {
        try
        {
            var span = Copy(activity, ended);
            if (ended)
            {
                // Before the feed, which may let its trace go: at every moment one of both has it.
                _store?.Add(span);
            }

            _feed.Record(span);
            if (span.Sampled is null && _decisions?.Of(activity) is { } isSampled)
            {
                // Its trace was decided while the copy was under way, which neither had yet.
                Decide(span.TraceId, isSampled);
            }

            if (ended)
            {
                foreach (var observer in _observers)
                {
                    observer.Ended(span);
                }
            }
        }
        catch (Exception)
        {
            // This runs inside Start and Stop of the instrumented code: a fault of the panel must not become one of the chat.
        }
    }

    private void Decide(string traceId, bool isSampled)
    {
        _store?.Decide(traceId, isSampled);
        _feed.Decide(traceId, isSampled);
    }

    private SpanResource ResourceNow()
    {
        if (_settings?.Current.Telemetry is { } telemetry && !ReferenceEquals(_origin.Settings, telemetry))
        {
            _origin = new Origin(telemetry, new SpanResource([.. StudioResource.Describe(telemetry).Select(static attribute => KeyValuePair.Create(attribute.Key, (object?)attribute.Value))]));
        }

        return _origin.Resource;
    }

    private SpanRecord Copy(Activity activity, bool ended) => new()
    {
        TraceId = activity.TraceId.ToHexString(),
        SpanId = activity.SpanId.ToHexString(),
        ParentSpanId = activity.ParentSpanId == default ? null : activity.ParentSpanId.ToHexString(),
        Name = activity.DisplayName,
        Kind = activity.Kind,
        StartTime = new DateTimeOffset(activity.StartTimeUtc),
        Duration = ended ? activity.Duration : null,
        Status = ended ? StatusOf(activity) : SpanStatus.Running,
        StatusDescription = activity.StatusDescription,
        Sampled = _decisions is null ? activity.Recorded : _decisions.Of(activity),
        Attributes = Copy(activity.EnumerateTagObjects(), SpanValues.Freeze),
        Events = CopyEvents(activity, out var dropped),
        DroppedEventCount = dropped,
        Links = CopyLinks(activity),
        Resource = ResourceNow(),
        Scope = activity.Source.Name,
        ScopeVersion = string.IsNullOrEmpty(activity.Source.Version) ? null : activity.Source.Version,
        Origin = ended ? OriginOf(activity) : null,
    };

    private static SpanOrigin? OriginOf(Activity activity)
    {
        for (var above = activity.Parent; above is not null; above = above.Parent)
        {
            if (above.GetTagItem(TelemetryNames.Turn.Source) is string source)
            {
                return new SpanOrigin(source, above.GetTagItem(TelemetryNames.Llm.Model) as string) { OwnParameters = [.. SpanScope.Of(activity)?.OwnParameters ?? []] };
            }
        }

        return null;
    }

    private static SpanStatus StatusOf(Activity activity) => activity.Status switch
    {
        ActivityStatusCode.Ok => SpanStatus.Ok,
        ActivityStatusCode.Error => activity.IsExpected() ? SpanStatus.Unset : SpanStatus.Error,
        _ => SpanStatus.Unset,
    };

    private static ImmutableArray<SpanEventRecord> CopyEvents(Activity activity, out int dropped)
    {
        dropped = 0;
        var events = ImmutableArray.CreateBuilder<SpanEventRecord>();
        foreach (ref readonly var happened in activity.EnumerateEvents())
        {
            if (events.Count == SpanValues.MaxEvents)
            {
                dropped++;
                continue;
            }

            events.Add(new SpanEventRecord(happened.Name, happened.Timestamp, Copy(happened.EnumerateTagObjects(), SpanValues.FreezeInEvent)));
        }

        return events.DrainToImmutable();
    }

    private static ImmutableArray<SpanLinkRecord> CopyLinks(Activity activity)
    {
        var links = ImmutableArray.CreateBuilder<SpanLinkRecord>();
        foreach (ref readonly var link in activity.EnumerateLinks())
        {
            if (links.Count < SpanValues.MaxEvents)
            {
                links.Add(new SpanLinkRecord(link.Context.TraceId.ToHexString(), link.Context.SpanId.ToHexString(), Copy(link.EnumerateTagObjects(), SpanValues.FreezeInEvent)));
            }
        }

        return links.DrainToImmutable();
    }

    private static ImmutableArray<KeyValuePair<string, object?>> Copy(Activity.Enumerator<KeyValuePair<string, object?>> tags, Func<object?, object?> freeze)
    {
        var copy = ImmutableArray.CreateBuilder<KeyValuePair<string, object?>>();
        foreach (ref readonly var tag in tags)
        {
            copy.Add(new(tag.Key, freeze(tag.Value)));
        }

        return copy.DrainToImmutable();
    }

    private sealed record Origin(TelemetrySettings? Settings, SpanResource Resource);
}
