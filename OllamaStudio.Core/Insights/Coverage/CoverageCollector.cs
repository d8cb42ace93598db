using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Insights.Coverage;

/// <summary>
/// Notes which spans and attributes of the contract were seen since the studio started. What it holds is as large as the contract; a span
/// costs a look-up for each of its attributes and no memory. Safe to use from any thread.
/// </summary>
public sealed class CoverageCollector : ISpanObserver, IDisposable
{
    private readonly ISettings _settings;
    private readonly ChangeSignal _changed;
    private readonly ImmutableArray<Seen> _seen = [.. SpanContract.All.Select(static contract => new Seen(contract))];
    private readonly FrozenDictionary<string, Seen> _byName;
    private readonly ImmutableArray<Seen> _byPrefix;
    private readonly IExportMonitor? _export;

    /// <summary>Makes one that has seen nothing.</summary>
    /// <param name="settings">Say what is captured.</param>
    /// <param name="time">The clock.</param>
    /// <param name="export">Tells of test spans, which no listener hears of; null for nobody.</param>
    public CoverageCollector(ISettings settings, TimeProvider time, IExportMonitor? export = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        _export = export;
        _export?.TestSpanSent += OnTestSpan;
        _settings = settings;
        _changed = new ChangeSignal(time);
        _byName = _seen.Where(static seen => !seen.Contract.IsPrefix).ToFrozenDictionary(static seen => seen.Contract.Name, StringComparer.Ordinal);
        _byPrefix = [.. _seen.Where(static seen => seen.Contract.IsPrefix)];
    }

    /// <summary>What was seen, in the order of the contract.</summary>
    public ImmutableArray<SpanCoverage> Current
    {
        get
        {
            return [.. _seen.Select(static seen => seen.Read())];
        }
    }

    /// <inheritdoc />
    public void Ended(SpanRecord span)
    {
        if (Find(span.Name) is { } seen)
        {
            seen.Take(span, _settings.Current.Telemetry.Capture);
            _changed.Raise();
        }
    }

    /// <summary>Calls <paramref name="changed"/> after spans, on a pool thread, at most ten times a second, until the result is disposed.</summary>
    public IDisposable Subscribe(Action changed) => _changed.Subscribe(changed);

    /// <inheritdoc />
    public void Dispose()
    {
        _export?.TestSpanSent -= OnTestSpan;
        _changed.Dispose();
    }

    private void OnTestSpan(Activity span) => Ended(new SpanRecord
    {
        TraceId = span.TraceId.ToHexString(), SpanId = span.SpanId.ToHexString(), Name = span.DisplayName, StartTime = new DateTimeOffset(span.StartTimeUtc), Attributes = [.. span.TagObjects],
    });

    private Seen? Find(string name)
    {
        if (_byName.TryGetValue(name, out var seen))
        {
            return seen;
        }

        foreach (var one in _byPrefix)
        {
            if (name.StartsWith(one.Contract.Name, StringComparison.Ordinal))
            {
                return one;
            }
        }

        return null;
    }

    /// <summary>What was seen of one span. Flags go from false to true only, so that a race of two threads loses nothing.</summary>
    private sealed class Seen
    {
        private readonly FrozenDictionary<string, int> _places;
        private readonly FrozenDictionary<string, int> _events;
        private readonly FrozenDictionary<string, int> _links;
        private readonly (string Prefix, int Place)[] _prefixes;
        private readonly bool[] _attributes;
        private readonly long[] _good = new long[Enum.GetValues<CaptureLevel>().Length];
        private long _count;
        private long _failed;

        public Seen(SpanContract contract)
        {
            Contract = contract;
            _attributes = new bool[contract.Attributes.Length];
            (_places, _events, _links) = (PlacesOf(CoveragePart.Attribute), PlacesOf(CoveragePart.Event), PlacesOf(CoveragePart.Link));
            _prefixes = [.. contract.Attributes.Index().Where(static one => one.Item.Name.EndsWith('.')).Select(static one => (one.Item.Name, one.Index))];
        }

        public SpanContract Contract { get; }

        private FrozenDictionary<string, int> PlacesOf(CoveragePart part) =>
            Contract.Attributes.Index().Where(one => one.Item.Part == part).ToFrozenDictionary(static one => one.Item.Name, static one => one.Index, StringComparer.Ordinal);

        public void Take(SpanRecord span, CaptureLevel capture)
        {
            Interlocked.Increment(ref _count);
            if (span.Status is SpanStatus.Error)
            {
                Interlocked.Increment(ref _failed);
            }
            else
            {
                Interlocked.Increment(ref _good[(int)capture]);
            }

            foreach (var (name, _) in span.Attributes)
            {
                if (_places.TryGetValue(name, out var place))
                {
                    _attributes[place] = true;
                    continue;
                }

                foreach (var (prefix, of) in _prefixes)
                {
                    if (!_attributes[of] && name.StartsWith(prefix, StringComparison.Ordinal))
                    {
                        _attributes[of] = true;
                    }
                }
            }

            foreach (var happened in span.Events)
            {
                if (_events.TryGetValue(happened.Name, out var place))
                {
                    _attributes[place] = true;
                }
            }

            foreach (var link in span.Links)
            {
                foreach (var (name, value) in link.Attributes)
                {
                    if (name == TelemetryNames.Turn.LinkType && value is string type && _links.TryGetValue(type, out var place))
                    {
                        _attributes[place] = true;
                    }
                }
            }
        }

        public SpanCoverage Read()
        {
            var (count, failed) = (Interlocked.Read(ref _count), Interlocked.Read(ref _failed));
            var (preview, full) = (Interlocked.Read(ref _good[(int)CaptureLevel.Preview]), Interlocked.Read(ref _good[(int)CaptureLevel.Full]));
            return new SpanCoverage(Contract, count, failed, [.. Contract.Attributes.Select((attribute, place) => new AttributeCoverage(attribute, _attributes[place], IsDue(attribute.When)))]);

            // What a server, a person or a model decides is never due: that it was not seen is no fault.
            bool IsDue(CoverageWhen when) => when switch
            {
                CoverageWhen.Always => count > 0,
                CoverageWhen.Preview => preview + full > 0,
                CoverageWhen.Full => full > 0,
                CoverageWhen.Failed => failed > 0,
                _ => false,
            };
        }
    }
}

/// <summary>What was seen of a span.</summary>
/// <param name="Contract">What is expected of it.</param>
/// <param name="Count">How many ended.</param>
/// <param name="Failed">How many of them with an error.</param>
/// <param name="Attributes">Its attributes, events and links, in the contract's order.</param>
public sealed record SpanCoverage(SpanContract Contract, long Count, long Failed, ImmutableArray<AttributeCoverage> Attributes)
{
    /// <summary>How many attributes were seen.</summary>
    public int SeenCount => Attributes.Count(static attribute => attribute.IsSeen);
}

/// <summary>Whether an attribute, an event or a link was seen.</summary>
/// <param name="Contract">What is expected.</param>
/// <param name="IsSeen">Whether it was.</param>
/// <param name="IsDue">Whether it should have been, as far as can be told: a variable such as <c>OPENINFERENCE_HIDE_INPUTS</c> may hide it.</param>
public sealed record AttributeCoverage(SpanExpectation Contract, bool IsSeen, bool IsDue);
