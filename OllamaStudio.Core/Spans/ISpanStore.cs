namespace OllamaStudio.Core.Spans;

/// <summary>Keeps spans beyond the process. Safe to use from any thread.</summary>
public interface ISpanStore
{
    /// <summary>
    /// Takes a span that ended, or not where the bound is reached. Never blocks and never throws; the span is stored soon after. One whose
    /// id its trace has already is ignored; it may come late, and before its parent.
    /// </summary>
    void Add(SpanRecord span);

    /// <summary>It was decided whether a trace is exported: those of its spans that were taken, or are taken soon, with <see cref="SpanRecord.Sampled"/> open are settled. Never blocks and never throws.</summary>
    void Decide(string traceId, bool isSampled);

    /// <summary>Takes spans from elsewhere that ended and of which none is to be lost; all of them are stored at once, and it ends with that.</summary>
    /// <param name="spans">At most <see cref="MostAtOnce"/>.</param>
    /// <param name="cancellationToken">Gives up while they wait: none of them is stored then.</param>
    Task<SpanIntake> ImportAsync(IReadOnlyList<SpanRecord> spans, CancellationToken cancellationToken);

    /// <summary>Most spans of one <see cref="ImportAsync"/>: nobody who writes waits longer for them than for its own.</summary>
    const int MostAtOnce = 512;
}
