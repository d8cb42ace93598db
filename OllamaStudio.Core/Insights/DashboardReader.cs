using System.Collections.Immutable;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Insights;

/// <summary>What a dashboard shows.</summary>
public sealed record DashboardData
{
    /// <summary>Its windows' measure.</summary>
    public required DashboardScale Scale { get; init; }

    /// <summary>The windows, oldest first; those without anything too.</summary>
    public required ImmutableArray<DashboardWindow> Windows { get; init; }

    /// <summary>All of them together.</summary>
    public required DashboardWindow Total { get; init; }

    /// <summary>What changed meanwhile, oldest first.</summary>
    public required ImmutableArray<SetupChange> Changes { get; init; }

    /// <summary>Since the last change; null where there was none.</summary>
    public DashboardWindow? SinceLast { get; init; }

    /// <summary>Before the first change; null where there was none.</summary>
    public DashboardWindow? BeforeFirst { get; init; }

    /// <summary>Every model that has been asked, the one asked most first.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Whether anything is kept at all, in this range or before.</summary>
    public required bool HasHistory { get; init; }
}

/// <summary>Reads a dashboard out of the stored sums. Blocks for some milliseconds.</summary>
public sealed class DashboardReader(IRollupStore store, TimeProvider time)
{
    // Windows with a change in them that are read a second time, the newest: a setup that changes all the time would cost as many reads.
    private const int MostSplit = 8;

    /// <summary>What counts as use of the models, by what began the trace: an experiment of the lab does not.</summary>
    public static ImmutableArray<string> Sources { get; } = [TelemetryNames.Values.SourceChat, TelemetryNames.Values.SourceGateway];

    /// <summary>Reads it.</summary>
    /// <param name="range">How far back.</param>
    /// <param name="model">Of that model alone, or null for all.</param>
    public DashboardData Read(DashboardRange range, string? model)
    {
        var first = store.First;
        var scale = DashboardScale.Of(range, time.GetUtcNow(), time.LocalTimeZone, first);
        ImmutableArray<DashboardWindow> windows = [.. Enumerable.Range(0, scale.Count).Select(index => new DashboardWindow(scale.From + (index * scale.Length), scale.From + ((index + 1) * scale.Length)))];
        foreach (var row in store.Read(scale.Step, scale.From, scale.To, model, [.. Sources]))
        {
            windows[scale.IndexOf(row.Start)].Add(row.Key, row.Value);
        }

        var total = new DashboardWindow(scale.From, scale.To);
        foreach (var window in windows)
        {
            total.Add(window);
        }

        var changes = SetupChange.Of(store.ReadMarks(scale.From, scale.To, model));
        foreach (var (index, (window, at)) in windows.Reverse().Select(window => (window, LastIn(window))).Where(static window => window.Item2 is not null).Index())
        {
            window.SinceChange = index < MostSplit ? Stretch(at!.Value, window.To) : new DashboardWindow(at!.Value, window.To);
        }

        return new DashboardData
        {
            Scale = scale,
            Windows = windows,
            Total = total,
            Changes = changes,
            SinceLast = changes.IsEmpty ? null : Stretch(changes[^1].Time, scale.To),
            BeforeFirst = changes.IsEmpty ? null : Stretch(scale.From, changes[0].Time),
            Models = store.ReadModels([.. Sources]),
            HasHistory = first is not null,
        };

        // A change at its very begin has all of the window behind it.
        DateTimeOffset? LastIn(DashboardWindow window) => changes.LastOrDefault(change => change.Time > window.From && change.Time < window.To)?.Time;

        // The windows that lie in it whole, and what is left at its ends, by shorter steps.
        DashboardWindow Stretch(DateTimeOffset from, DateTimeOffset to)
        {
            var stretch = new DashboardWindow(from, to);
            DashboardWindow[] whole = [.. windows.Where(window => window.From >= from && window.To <= to)];
            Array.ForEach(whole, stretch.Add);
            var (first, last) = whole.Length > 0 ? (whole[0].From, whole[^1].To) : (to, to);
            foreach (var (step, begin, end) in Pieces(from, first).Concat(Pieces(last, to)))
            {
                foreach (var row in store.Read(step, begin, end, model, [.. Sources]))
                {
                    stretch.Add(row.Key, row.Value);
                }
            }

            return stretch;
        }

        IEnumerable<(RollupStep Step, DateTimeOffset From, DateTimeOffset To)> Pieces(DateTimeOffset from, DateTimeOffset to) =>
            DashboardScale.Pieces(from, to, scale.Step is RollupStep.TenSeconds ? scale.Step : RollupStep.Minute);
    }

    /// <inheritdoc cref="IRollupStore.Subscribe"/>
    public IDisposable Subscribe(Action changed) => store.Subscribe(changed);
}
