using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Traces;

/// <summary>Which spans to show. All conditions that are set must hold.</summary>
public sealed record SpanFilter
{
    /// <summary>Lets everything through.</summary>
    public static SpanFilter None { get; } = new();

    /// <summary>Text to look for in names, attributes' keys and values, the status description and the trace's and span's ids; <c>key=value</c>
    /// looks for that attribute, both as far as they are written. Case and outer blanks are ignored.</summary>
    public string Text { get; init; } = "";

    /// <summary>Only spans that ended with an error.</summary>
    public bool ErrorsOnly { get; init; }

    /// <summary>Only spans of this category; null for all.</summary>
    public SpanCategory? Category { get; init; }

    /// <summary>Whether everything is let through.</summary>
    public bool IsEmpty => string.IsNullOrWhiteSpace(Text) && !ErrorsOnly && Category is null;

    /// <summary>Whether the span is let through.</summary>
    public bool Matches(SpanRecord span) =>
        (!ErrorsOnly || span.Status == SpanStatus.Error)
        && (Category is null || SpanFacts.Category(span) == Category)
        && MatchesText(span);

    private bool MatchesText(SpanRecord span)
    {
        var wanted = Text.AsSpan().Trim();
        if (wanted.IsEmpty || Contains(span.Name, wanted) || Contains(span.TraceId, wanted) || Contains(span.SpanId, wanted)
            || Contains(span.StatusDescription, wanted))
        {
            return true;
        }

        var equals = wanted.IndexOf('=');
        foreach (var (key, value) in span.Attributes)
        {
            if (Contains(key, wanted) || Contains(AttributeText.Of(value), wanted)
                || (equals > 0 && Contains(key, wanted[..equals].TrimEnd()) && Contains(AttributeText.Of(value), wanted[(equals + 1)..].TrimStart())))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Contains(string? text, ReadOnlySpan<char> wanted) =>
        text.AsSpan().Contains(wanted, StringComparison.OrdinalIgnoreCase);
}
