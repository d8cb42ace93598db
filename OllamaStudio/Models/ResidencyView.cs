using System.Collections.Immutable;
using System.Globalization;
using OllamaStudio.Core.Insights.Residency;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Shared;

namespace OllamaStudio.Models;

/// <summary>A part of a lane: where it is drawn, what it is, and which turns it leads to.</summary>
/// <param name="Kind">Its look: <c>stay</c>, <c>other</c>, <c>load</c>, <c>use</c>, <c>failed</c> or <c>evict</c>.</param>
/// <param name="Left">In percent of the lane.</param>
/// <param name="Width">The same.</param>
/// <param name="Words">What happened, and when.</param>
/// <param name="Href">The turn or the turns; null where there is none.</param>
public sealed record LanePart(string Kind, double Left, double Width, string Words, string? Href);

/// <summary>A model's lane.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Parts">What is drawn, the lowest first.</param>
/// <param name="IsLoaded">Whether it is in memory now.</param>
/// <param name="Ended">Why it is not, where that is known; null where it is.</param>
public sealed record LaneView(string Model, ImmutableArray<LanePart> Parts, bool IsLoaded, string? Ended);

/// <summary>A line of the table that says the same.</summary>
/// <param name="Time">When, UTC.</param>
/// <param name="Model">Which model.</param>
/// <param name="What">What happened.</param>
/// <param name="Href">The turn; null for none.</param>
public sealed record ResidencyEvent(DateTimeOffset Time, string Model, string What, string? Href);

/// <summary>What models were in memory, as lanes over a time: computed here, drawn by <see cref="ResidencySection"/>.</summary>
public sealed record ResidencyView
{
    /// <summary>Times a person chooses from.</summary>
    public static readonly ImmutableArray<(TimeSpan Length, string Key, string Name)> Ranges =
        [(TimeSpan.FromHours(1), "1h", "1 h"), (TimeSpan.FromHours(6), "6h", "6 h"), (TimeSpan.FromHours(24), "24h", "24 h")];

    /// <summary>Lines of the table, the newest; the page says how many more there are.</summary>
    public const int MostEvents = 200;

    // Uses closer than this, in percent of the lane, are one part: a few pixels.
    private const double Nearest = 0.4;

    /// <summary>The lanes.</summary>
    public required ImmutableArray<LaneView> Lanes { get; init; }

    /// <summary>Marks of the time axis, in percent, each with its words.</summary>
    public required ImmutableArray<(double Left, string Words)> Axis { get; init; }

    /// <summary>The same as lines, newest first, at most <see cref="MostEvents"/>.</summary>
    public required ImmutableArray<ResidencyEvent> Events { get; init; }

    /// <summary>How many lines there would be.</summary>
    public required int EventCount { get; init; }

    /// <summary>How many loads turns of the studio waited for.</summary>
    public required int Loads { get; init; }

    /// <summary>How long they did, together.</summary>
    public required TimeSpan LoadTime { get; init; }

    /// <summary>The model that most of that was for; null where there was none.</summary>
    public string? Costliest { get; init; }

    /// <summary>Computes it.</summary>
    /// <param name="lanes">What is known.</param>
    /// <param name="now">The right end, UTC.</param>
    /// <param name="length">How far it looks back.</param>
    /// <param name="zone">The clock of the axis.</param>
    public static ResidencyView Of(ImmutableArray<ResidencyLane> lanes, DateTimeOffset now, TimeSpan length, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var (from, scale) = (now - length, 100 / length.TotalMilliseconds);
        var waited = lanes.SelectMany(static lane => lane.Uses.Select(use => (lane.Model, Use: use))).Where(pair => pair.Use is { TraceId: not null, Load: not null } && pair.Use.End > from).ToArray();
        ResidencyEvent[] events = [.. lanes.SelectMany(LinesOf).Where(line => line.Time > from).OrderByDescending(static line => line.Time)];
        return new ResidencyView
        {
            Lanes = [.. lanes.Select(lane => new LaneView(lane.Model, Parts(lane), lane.IsLoaded, Ended(lane)))],
            Axis = [.. Enumerable.Range(0, 6).Select(sixth => (sixth * 100.0 / 6, Clock(from + (length * sixth / 6)))), (100, "now")],
            Events = [.. events.Take(MostEvents)],
            EventCount = events.Length,
            Loads = waited.Length,
            LoadTime = TimeSpan.FromTicks(waited.Sum(static pair => pair.Use.Load!.Value.Ticks)),
            Costliest = waited.GroupBy(static pair => pair.Model).OrderByDescending(static model => model.Sum(static pair => pair.Use.Load!.Value.Ticks)).FirstOrDefault()?.Key,
        };

        string Clock(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, zone).ToString("HH:mm", CultureInfo.InvariantCulture);

        double At(DateTimeOffset time) => Math.Clamp((time - from).TotalMilliseconds * scale, 0, 100);

        LanePart Part(string kind, DateTimeOffset begin, DateTimeOffset end, string words, string? href) => new(kind, At(begin), At(end) - At(begin), words, href);

        ImmutableArray<LanePart> Parts(ResidencyLane lane)
        {
            var name = ModelNames.Display(lane.Model);
            return
            [
                .. lane.Stretches.Where(stretch => (stretch.To ?? now) > from).Select(stretch => Part(
                    stretch.Origin is ResidencyOrigin.OtherClient ? "other" : "stay", stretch.From, stretch.To ?? now,
                    $"{name} in memory from {Clock(stretch.From)} to {(stretch.To is { } to ? Clock(to) : "now")}, {Origin(stretch)}", null)),
                .. lane.Uses.Where(use => use.TraceId is null && use.End > from).Select(use => Part("other", use.Start, use.End, $"{name} used by another client, {Clock(use.Start)}", null)),
                .. Groups(lane.Uses.Where(use => use.TraceId is not null && use.End > from)).SelectMany(group => Turns(name, lane.Model, group)),
                .. lane.Stretches.Where(stretch => stretch is { End: ResidencyEnd.Evicted, To: not null } && stretch.To > from).Select(stretch => Part("evict", stretch.To!.Value, stretch.To.Value, $"{name} {EndOf(stretch)}, {Clock(stretch.To.Value)}", null)),
            ];
        }

        // Those of other clients are not the studio's to tell apart.
        List<List<ResidentUse>> Groups(IEnumerable<ResidentUse> uses)
        {
            var groups = new List<List<ResidentUse>>();
            foreach (var use in uses)
            {
                if (groups is [.., [.., var last] group] && At(use.Start) - At(last.End) < Nearest && use is { Load: null, IsFailed: false } && !last.IsFailed)
                {
                    group.Add(use);
                }
                else
                {
                    groups.Add([use]);
                }
            }

            return groups;
        }

        IEnumerable<LanePart> Turns(string name, string model, List<ResidentUse> group)
        {
            var (first, last) = (group[0], group[^1]);
            var href = group.Count == 1 ? $"traces/{first.TraceId}" : $"traces?q={Uri.EscapeDataString("model:" + model)}&from={Iso(first.Start - Slack)}&to={Iso(last.End + Slack)}";
            var begin = first.Start + first.Queue;
            if (first.Load is { } load)
            {
                yield return Part("load", begin, begin + load, $"{name} loaded in {DurationText.Of(load)} for a turn, {Clock(begin)}", $"traces/{first.TraceId}");
                begin += load;
            }

            yield return Part(
                first.IsFailed ? "failed" : "use", begin, last.End,
                group.Count > 1 ? $"{name} answered {CountText.Of(group.Count, "call")}, {Clock(first.Start)} to {Clock(last.End)}"
                    : $"{name} {(first.IsFailed ? "failed after" : "answered for")} {DurationText.Of(first.End - begin)}, {Clock(begin)}", href);
        }
    }

    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    private static string Iso(DateTimeOffset time) => Uri.EscapeDataString(time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));

    private static IEnumerable<ResidencyEvent> LinesOf(ResidencyLane lane)
    {
        foreach (var stretch in lane.Stretches)
        {
            yield return new ResidencyEvent(stretch.From, lane.Model, $"came into memory, {Origin(stretch)}", stretch.TraceId is { } turn ? $"traces/{turn}" : null);
            if (stretch.To is { } to)
            {
                yield return new ResidencyEvent(to, lane.Model, EndOf(stretch), null);
            }
        }

        foreach (var use in lane.Uses.Where(static use => use.TraceId is null || use.Load is not null || use.IsFailed))
        {
            var what = use.TraceId is null ? $"used by another client for about {DurationText.Of(use.Duration)}"
                : use.Load is { } load ? $"a turn waited {DurationText.Of(load)} for it to load{(use.IsFailed ? ", and failed" : "")}" : "a call failed";
            yield return new ResidencyEvent(use.Start, lane.Model, what, use.TraceId is { } trace ? $"traces/{trace}" : null);
        }
    }

    private static string Origin(ResidentStretch stretch) => stretch.Origin switch
    {
        ResidencyOrigin.Turn => "loaded by a turn",
        ResidencyOrigin.Person => "loaded from this page",
        ResidencyOrigin.OtherClient => "loaded by another client",
        _ => "there before it was first looked at",
    };

    private static string EndOf(ResidentStretch stretch) => stretch.End switch
    {
        ResidencyEnd.Expired => "left when its time was over",
        ResidencyEnd.Evicted => $"evicted for {ModelNames.Display(stretch.EvictedFor ?? "another one")}",
        ResidencyEnd.Ejected => "taken out from this page",
        ResidencyEnd.Unloaded => "left before its time",
        ResidencyEnd.ServerGone => "last seen; the server stopped answering",
        _ => "in memory",
    };

    private static string? Ended(ResidencyLane lane) => lane.Stretches is [.., { To: not null } last] ? EndOf(last) : lane.IsLoaded ? null : "not loaded";
}
