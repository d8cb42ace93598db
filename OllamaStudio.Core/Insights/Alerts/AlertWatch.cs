using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Insights.Alerts;

/// <summary>
/// One rule over time, for one source: what is wrong with the one hides nothing that is wrong with the other. A figure must be beyond its limit for the whole hold before there is an alert, and within it (or unknown) for as
/// long, at least a minute, before the alert is over: however it flaps, there is one alert a hold at most. Not safe to use from two threads.
/// </summary>
/// <param name="kind">What it watches.</param>
/// <param name="source">Whose figure it is; empty for nobody's, which stands for the rule where nobody has one.</param>
internal sealed class AlertWatch(AlertKind kind, string source)
{
    /// <summary>Least time within the limit before an alert is over, where nothing must hold.</summary>
    public static readonly TimeSpan LeastRecovery = TimeSpan.FromMinutes(1);

    private DateTimeOffset? _beyondSince;
    private DateTimeOffset? _withinSince;

    /// <summary>What it watches.</summary>
    public AlertKind Kind => kind;

    /// <summary>Whose figure it is; empty for nobody's.</summary>
    public string Source => source;

    /// <summary>The alert that there is; null for none.</summary>
    public AlertEntry? Open { get; private set; }

    /// <summary>How it stands.</summary>
    public AlertStanding Standing { get; private set; } = new(kind, kind.Default, AlertState.Few);

    /// <summary>When time alone changes something next, UTC; null where it does not.</summary>
    public DateTimeOffset? Next { get; private set; }

    /// <summary>How a rule stands as a whole: as its worst source does.</summary>
    public static AlertStanding WorstOf(IEnumerable<AlertWatch> watches) =>
        watches.Select(static watch => watch.Standing).OrderByDescending(static standing => standing.State).ThenByDescending(Weight).First();

    /// <summary>Goes on with an alert that began before the studio was restarted.</summary>
    public void Resume(AlertEntry entry)
    {
        Open = entry;
        Standing = Standing with { State = AlertState.Firing, Since = entry.Started, Value = entry.Worst, Source = entry.Source };
    }

    /// <summary>Takes a figure in.</summary>
    /// <param name="rule">The rule in force.</param>
    /// <param name="figure">The figure; without a value where there is none, or it is of too few.</param>
    /// <param name="now">UTC.</param>
    /// <param name="nextId">The id of an alert that begins.</param>
    /// <returns>The alert that began, or was over, just now; null for neither.</returns>
    public AlertEntry? Take(AlertRule rule, AlertFigure figure, DateTimeOffset now, Func<long> nextId)
    {
        Next = null;
        var limit = kind.LimitOf(rule);
        var isKnown = figure.Value is not null && (!kind.HasWindow || figure.Count >= rule.LeastCount);
        var beyond = rule.Enabled && isKnown && kind.IsBeyond(figure.Value!.Value, limit);
        var hold = TimeSpan.FromMinutes(rule.HoldMinutes);
        _beyondSince = beyond ? _beyondSince ?? now : null;
        _withinSince = beyond ? null : _withinSince ?? now;

        AlertEntry? turned = null;
        if (Open is null && beyond && Over(_beyondSince, hold))
        {
            turned = Open = new AlertEntry(nextId(), kind.Id, source, now, null, figure.Value!.Value, figure.Value!.Value, limit, rule.WindowMinutes);
        }
        else if (Open is { } open)
        {
            if (beyond && (kind.IsFloor ? figure.Value < open.Worst : figure.Value > open.Worst))
            {
                Open = open = open with { Worst = figure.Value!.Value };
            }

            if (!rule.Enabled || (!beyond && Over(_withinSince, hold > LeastRecovery ? hold : LeastRecovery)))
            {
                turned = open with { Ended = now };
                Open = null;
            }
        }

        var state = !rule.Enabled ? AlertState.Off
            : Open is not null ? AlertState.Firing
            : beyond ? AlertState.Pending
            : isKnown ? AlertState.Fine
            : AlertState.Few;
        Standing = new AlertStanding(kind, rule, state, state switch { AlertState.Firing => Open!.Started, AlertState.Pending => _beyondSince, _ => null }, figure.Value, figure.Count, figure.Value is null && Open is null ? null : source);
        return turned;

        // Since then for so long; else time alone brings it about.
        bool Over(DateTimeOffset? since, TimeSpan length)
        {
            if (since + length <= now)
            {
                return true;
            }

            Next = since + length;
            return false;
        }
    }

    // Of those that stand the same: of too few the one with the most, else the one that is farthest on the bad side.
    private static double Weight(AlertStanding standing) =>
        standing.State is AlertState.Few or AlertState.Off ? standing.Count
        : standing.Value is not { } value ? double.NegativeInfinity
        : standing.Kind.IsFloor ? -value : value;
}
