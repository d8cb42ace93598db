using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace OllamaStudio.Core.Chat;

/// <summary>The words that a person puts on conversations, to find them together.</summary>
public static class ConversationTags
{
    /// <summary>Most tags of a conversation.</summary>
    public const int Most = 20;

    /// <summary>Most characters of a tag.</summary>
    public const int MaxLength = 50;

    /// <summary>Reads tags as they are kept: parted at commas, with one space between words and none around them, and of those that differ in letter case alone the first.</summary>
    /// <param name="texts">What a person typed.</param>
    /// <param name="tags">The tags; empty where there is a fault.</param>
    /// <param name="fault">What is wrong with one of them, or with all together, in words for a person; null for nothing.</param>
    public static bool TryRead(IEnumerable<string> texts, out ImmutableArray<string> tags, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(texts);
        tags = [.. texts.SelectMany(Part).Distinct(StringComparer.OrdinalIgnoreCase)];
        fault = tags.Select(FaultOf).FirstOrDefault(static found => found is not null)
            ?? (tags.Length > Most ? FormattableString.Invariant($"A conversation has at most {Most} tags: take one away first.") : null);
        tags = fault is null ? tags : [];
        return fault is null;
    }

    /// <summary>Those of a file's tags that a person could have put on.</summary>
    public static ImmutableArray<string> Fit(IEnumerable<string> texts) =>
        [.. texts.SelectMany(Part).Where(static tag => FaultOf(tag) is null).Distinct(StringComparer.OrdinalIgnoreCase).Take(Most)];

    // Nothing but commas is one tag without a character, which is a fault.
    private static IEnumerable<string> Part(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } parts ? parts.Select(Trim) : [""];

    private static string Trim(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string? FaultOf(string tag) =>
        tag.Length == 0 ? "A tag needs at least one character."
        : tag.Length > MaxLength ? FormattableString.Invariant($"A tag has at most {MaxLength} characters, and this one has {tag.Length}: shorten it.")
        : tag.Contains('"', StringComparison.Ordinal) ? "A tag cannot have quotation marks: the search needs them around tags of several words."
        : null;
}
