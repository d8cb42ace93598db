using OllamaStudio.Core.Spans;

namespace OllamaStudio.Tests.Support;

/// <summary>A store of spans that is a list.</summary>
internal sealed class KeptSpans : ISpanStore
{
    public List<SpanRecord> Kept { get; } = [];

    /// <summary>Most that it takes before it fails.</summary>
    public int Room { get; set; } = int.MaxValue;

    public void Add(SpanRecord span) => Kept.Add(span);

    public void Decide(string traceId, bool isSampled)
    {
        for (var i = 0; i < Kept.Count; i++)
        {
            Kept[i] = Kept[i] is { Sampled: null } span && span.TraceId == traceId ? span with { Sampled = isSampled } : Kept[i];
        }
    }

    public Task<SpanIntake> ImportAsync(IReadOnlyList<SpanRecord> spans, CancellationToken cancellationToken)
    {
        if (Kept.Count + spans.Count > Room)
        {
            throw new IOException("The disk broke.");
        }

        Kept.AddRange(spans);
        return Task.FromResult(new SpanIntake(spans.Count, 0, 0));
    }
}
