using System.Collections.Immutable;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// What is looked for in conversations: words, all of which occur, the last one perhaps not typed to its end; <c>"words in this order"</c>;
/// <c>tag:work</c>. Letter case and the marks on letters do not count.
/// </summary>
public sealed class ConversationQuery
{
    // Characters. An index of three at a time has nothing for fewer.
    private const int Gram = 3;

    private const int Before = 16;
    private const int SnippetLength = 90;

    private readonly string _literal; // folded

    private ConversationQuery(string text, ImmutableArray<string> tags, ImmutableArray<SearchTerm> terms, bool isSubstrings)
    {
        (Text, Tags, Terms, IsSubstrings) = (text, tags, terms, isSubstrings);
        _literal = new FoldedText(text).Text;
    }

    /// <summary>What is looked for as it would stand in a text, without tags and quotation marks; empty where only tags are asked for.</summary>
    public string Text { get; }

    /// <summary>The tags that a conversation must have.</summary>
    public ImmutableArray<string> Tags { get; }

    /// <summary>What must occur.</summary>
    internal ImmutableArray<SearchTerm> Terms { get; }

    /// <summary>Whether the terms may be anywhere within words.</summary>
    internal bool IsSubstrings { get; }

    /// <summary>Whether an index of characters has nothing to look for.</summary>
    internal bool IsShort => IsSubstrings && Terms.All(static term => !term.Grams(Gram).Any());

    /// <summary>Reads what a person typed. Nothing is an error.</summary>
    public static ConversationQuery Parse(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var tags = ImmutableArray.CreateBuilder<string>();
        var terms = new List<(string Text, bool IsOpen)>();
        for (var at = 0; at < query.Length;)
        {
            if (char.IsWhiteSpace(query[at]))
            {
                at++;
            }
            else if (query.AsSpan(at).StartsWith("tag:", StringComparison.OrdinalIgnoreCase))
            {
                at += "tag:".Length;
                var (tag, _) = Take(query, ref at);
                if (tag.Length > 0)
                {
                    tags.Add(tag);
                }
            }
            else
            {
                terms.Add(Take(query, ref at));
            }
        }

        terms.RemoveAll(static term => term.Text.Length == 0);
        var text = string.Join(' ', terms.Select(static term => term.Text));
        ImmutableArray<SearchTerm> read = [.. terms.Select((term, index) => new SearchTerm(term.Text, isBeginning: term.IsOpen && index == terms.Count - 1))];
        var isWords = text.EnumerateRunes().Count() >= Gram && read.All(static term => term.IsWords);
        return new ConversationQuery(text, tags.ToImmutable(), read, isSubstrings: !isWords);
    }

    /// <summary>The same within words; null where it is that already.</summary>
    internal ConversationQuery? WithinWords() => IsSubstrings ? null : new ConversationQuery(Text, Tags, Terms, isSubstrings: true);

    /// <summary>Whether a conversation has all tags.</summary>
    internal bool HasTags(ConversationSummary conversation) =>
        Tags.All(tag => conversation.Tags.Contains(tag, StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether every term occurs in a title, wherever.</summary>
    internal bool IsInTitle(string title)
    {
        var folded = new FoldedText(title);
        return Terms.All(term => term.Find(folded, isSubstring: true).Any());
    }

    /// <summary>Whether every term occurs in one of the texts.</summary>
    internal bool IsIn(params ReadOnlySpan<string> texts)
    {
        var missing = Terms;
        foreach (var text in texts)
        {
            if (text.Length > 0)
            {
                var folded = new FoldedText(text);
                missing = missing.RemoveAll(term => term.Find(folded, IsSubstrings).Any());
            }

            if (missing.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The place in one of the texts to show, which is where it stands as it was typed, else where most of it is; null where nothing of it is there.</summary>
    internal FoundText? Describe(params ReadOnlySpan<string> texts)
    {
        string? best = null;
        ImmutableArray<(int Start, int Length)> places = [];
        var most = 0;
        foreach (var text in texts)
        {
            var folded = new FoldedText(text);
            var count = folded.Text.Contains(_literal, StringComparison.Ordinal) ? int.MaxValue : Terms.Count(term => term.Find(folded, IsSubstrings).Any());
            if (count > most)
            {
                (best, most, places) = (text, count, Places(folded));
            }
        }

        if (best is null)
        {
            return null;
        }

        // The longest tells most: "is" stands everywhere.
        var (start, length) = places.MaxBy(static place => place.Length);
        return new FoundText(Cut(best, Math.Max(0, start - Before)), most == int.MaxValue ? Text : best.Substring(start, length));
    }

    /// <summary>What of a text is to be marked, in order and apart from each other.</summary>
    public ImmutableArray<(int Start, int Length)> Places(string text) => Places(new FoldedText(text));

    private ImmutableArray<(int Start, int Length)> Places(FoldedText text)
    {
        var found = SearchTerm.FindAll(text.Text, _literal).ToList();
        if (found.Count == 0)
        {
            found = [.. Terms.SelectMany(term => term.Find(text, IsSubstrings)).Order()];
        }

        if (found.Count == 0 && !IsSubstrings)
        {
            found = [.. Terms.SelectMany(term => term.Find(text, isSubstring: true)).Order()]; // as in a title
        }

        var places = ImmutableArray.CreateBuilder<(int, int)>();
        var end = 0;
        foreach (var (start, length) in found.Where(static place => place.Length > 0))
        {
            if (start >= end)
            {
                places.Add(text.PlaceOf(start, length));
                end = start + length;
            }
        }

        return places.ToImmutable();
    }

    private static (string Text, bool IsOpen) Take(string query, ref int at)
    {
        var isQuoted = at < query.Length && query[at] == '"';
        var start = isQuoted ? ++at : at;
        while (at < query.Length && (isQuoted ? query[at] != '"' : !char.IsWhiteSpace(query[at])))
        {
            at++;
        }

        var text = query[start..at].Trim();
        var isClosed = isQuoted && at < query.Length;
        at += isClosed ? 1 : 0;
        return (text, !isClosed);
    }

    private static string Cut(string text, int from)
    {
        from = TextCut.Boundary(text, from);
        var to = TextCut.Boundary(text, Math.Min(text.Length, from + SnippetLength));
        var words = string.Join(' ', text[from..to].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return (from > 0 ? "…" : "") + words + (to < text.Length ? "…" : "");
    }
}

/// <summary>A place in a text that a search has found.</summary>
/// <param name="Snippet">What stands around it, in one line.</param>
/// <param name="Words">What stands there.</param>
public sealed record FoundText(string Snippet, string Words);
