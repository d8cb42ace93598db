using System.Collections.Immutable;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Insights.Alerts;

/// <summary>A watch for every rule and source: chat and gateway of figures that have a window, addresses of the export. Not safe to use from two threads.</summary>
internal sealed class AlertWatches
{
    private readonly List<AlertWatch> _all = [.. AlertKind.All.SelectMany(static kind => (kind.HasWindow ? [.. AlertSample.Sources] : (string[])[""]).Select(source => new AlertWatch(kind, source)))];

    /// <summary>How every rule stands, in the order of <see cref="AlertKind.All"/>.</summary>
    public ImmutableArray<AlertStanding> Standings => [.. AlertKind.All.Select(kind => AlertWatch.WorstOf(_all.Where(watch => watch.Kind == kind)))];

    /// <summary>The alerts that there are.</summary>
    public IEnumerable<AlertEntry> Open => _all.Select(static watch => watch.Open).OfType<AlertEntry>();

    /// <summary>When time alone changes something next, UTC; null where it does not.</summary>
    public DateTimeOffset? Next => _all.Min(static watch => watch.Next);

    /// <summary>Goes on with an alert that began before the studio was restarted; false where there is no such rule, or one of that source goes on already.</summary>
    public bool TryResume(AlertEntry open)
    {
        if (AlertKind.Find(open.Rule) is not { } kind || Of(kind, open.Source) is not { Open: null } watch)
        {
            return false;
        }

        watch.Resume(open);
        return true;
    }

    /// <summary>Takes the figures of a rule in.</summary>
    /// <param name="kind">What is watched.</param>
    /// <param name="rule">The rule in force.</param>
    /// <param name="figures">The figure of each source that has one.</param>
    /// <param name="now">UTC.</param>
    /// <param name="nextId">The id of an alert that begins.</param>
    /// <returns>The alerts that began, or were over, just now.</returns>
    public IEnumerable<AlertEntry> Take(AlertKind kind, AlertRule rule, IEnumerable<(string Source, AlertFigure Figure)> figures, DateTimeOffset now, Func<long> nextId)
    {
        var bySource = figures.ToDictionary(one => Of(kind, one.Source), static one => one.Figure);
        List<AlertEntry> turned = [.. _all.FindAll(watch => watch.Kind == kind).Select(watch => watch.Take(rule, bySource.GetValueOrDefault(watch), now, nextId)).OfType<AlertEntry>()];

        // Addresses come and go.
        _all.RemoveAll(static watch => watch is { Kind.HasWindow: false, Source: not "", Open: null, Standing.Value: null });
        return turned;
    }

    private AlertWatch Of(AlertKind kind, string source)
    {
        if (_all.Find(watch => watch.Kind == kind && watch.Source == source) is not { } watch)
        {
            _all.Add(watch = new AlertWatch(kind, source));
        }

        return watch;
    }
}
