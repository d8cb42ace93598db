using OllamaStudio.Core.Spans;

namespace OllamaStudio.Tests.Support;

/// <summary>A store of spans that is a list.</summary>
internal sealed class KeptSpans : ISpanStore
{
    public List<SpanRecord> Kept { get; } = [];

    public void Add(SpanRecord span) => Kept.Add(span);

    public Task<SpanIntake> ImportAsync(IReadOnlyList<SpanRecord> spans, CancellationToken cancellationToken)
    {
        Kept.AddRange(spans);
        return Task.FromResult(new SpanIntake(spans.Count, 0, 0));
    }
}
