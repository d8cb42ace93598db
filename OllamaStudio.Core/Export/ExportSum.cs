namespace OllamaStudio.Core.Export;

/// <summary>Puts the standing of several destinations together.</summary>
internal static class ExportSum
{
    /// <summary>Counts added up, under the state that a person should know of first: one that fails, else one that works. One alone stays as it is.</summary>
    public static ExportStatus Of(IReadOnlyList<(string Title, ExportStatus Status)> destinations)
    {
        if (destinations.Count < 2)
        {
            return destinations.Count == 0 ? new ExportStatus() : destinations[0].Status;
        }

        var all = destinations.Select(static each => each.Status).ToList();
        var (title, first) = destinations.MinBy(static each => Rank(each.Status.State));
        return first with
        {
            Title = all.Count(static status => status.State is not ExportState.Off) > 1 ? title : "",
            LastSuccess = all.Max(static status => status.LastSuccess),
            Exported = all.Sum(static status => status.Exported),
            Failed = all.Sum(static status => status.Failed),
            Dropped = all.Sum(static status => status.Dropped),
            Waiting = all.Sum(static status => status.Waiting),
            Blocked = all.Sum(static status => status.Blocked),
            SpoolProblem = all.Select(static status => status.SpoolProblem).FirstOrDefault(static problem => problem is not null),
            NextTry = all.Min(static status => status.NextTry),
            LeftBehind = all.Select(static status => status.LeftBehind).OfType<LeftBehindSpans>().Aggregate((LeftBehindSpans?)null, static (sum, one) =>
                sum is null ? one : new(sum.Spans + one.Spans, sum.Addresses.AddRange(one.Addresses), sum.Until < one.Until ? sum.Until : one.Until)),
        };
    }

    /// <summary>The state of a trace at several destinations: what a person should know of first.</summary>
    public static TraceExportState Of(IEnumerable<TraceExportState> all)
    {
        var worst = TraceExportState.Unknown;
        foreach (var state in all)
        {
            worst = Rank(state) > Rank(worst) ? state : worst;
        }

        return worst;
    }

    private static int Rank(ExportState state) => state switch
    {
        ExportState.Failing => 0,
        ExportState.Healthy => 1,
        ExportState.Waiting => 2,
        ExportState.Idle => 3,
        _ => 4,
    };

    private static int Rank(TraceExportState state) => state switch
    {
        TraceExportState.Failed => 3,
        TraceExportState.Waiting => 2,
        TraceExportState.Unknown => 0,
        _ => 1,
    };
}
