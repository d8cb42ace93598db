namespace OllamaStudio.Core.Spans;

/// <summary>Keeps spans beyond the process. Safe to use from any thread.</summary>
public interface ISpanStore
{
    /// <summary>
    /// Takes a span that ended, or not where the bound is reached. Never blocks and never throws; the span is stored soon after. One whose
    /// id its trace has already is ignored; it may come late, and before its parent.
    /// </summary>
    void Add(SpanRecord span);

    /// <summary>Takes spans that ended and of which none is to be lost; ends when they are stored.</summary>
    Task AddAsync(IReadOnlyList<SpanRecord> spans, CancellationToken cancellationToken);
}
