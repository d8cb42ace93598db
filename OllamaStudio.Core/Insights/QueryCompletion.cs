using System.Collections.Immutable;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Core.Insights;

/// <summary>What could stand at the caret of a query.</summary>
public static class QueryCompletion
{
    /// <summary>Most suggestions: more than that is quicker typed than read.</summary>
    public const int Most = 12;

    /// <summary>The suggestions for the term that the caret stands in or after; none within words of one's own.</summary>
    /// <param name="text">The query.</param>
    /// <param name="caret">Where the caret stands, 0 to its length.</param>
    /// <param name="values">What the fields of text can have.</param>
    public static ImmutableArray<QuerySuggestion> At(string text, int caret, QueryValues values)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(values);
        caret = Math.Clamp(caret, 0, text.Length);
        var (start, typed) = QueryParser.Split(text).FirstOrDefault(term => term.Start <= caret && caret <= term.Start + term.Typed.Length, (Start: caret, Typed: ""));
        if (typed is ['-', not '-', ..])
        {
            (start, typed) = (start + 1, typed[1..]);
        }

        var before = typed[..Math.Clamp(caret - start, 0, typed.Length)];
        if (before is ['"', ..])
        {
            return [];
        }

        return
        [
            .. (QueryParser.Part(before) is var (name, _, value) ? OfValues(QueryField.Find(name), SignIn(before[name.Length..]), value, values) : OfFields(before))
                .Where(suggestion => !string.Equals(suggestion.Text, typed, StringComparison.OrdinalIgnoreCase))
                .Select(suggestion => new QuerySuggestion(start, typed.Length, suggestion.Text, suggestion.Help, suggestion.Text[^1] is not (':' or '>' or '.')))
                .Take(Most),
        ];
    }

    private static IEnumerable<(string Text, string Help)> OfFields(string typed) =>
        QueryField.All.Select(static field => (Text: field.Name + (field.Kind is QueryFieldKind.Text ? ":" : ">"), field.Help))
            .Append((QueryField.AttributePrefix, "an attribute of any span: attr.llm.finish_reason=length"))
            .Where(field => field.Item1.StartsWith(typed, StringComparison.OrdinalIgnoreCase));

    private static string SignIn(string typed) => string.Concat(typed.TakeWhile(static letter => letter is ':' or '=' or '<' or '>' or '!'));

    private static IEnumerable<(string Text, string Help)> OfValues(QueryField? field, string sign, string typed, QueryValues values)
    {
        var (known, help) = field switch
        {
            _ when field == QueryField.Status => (Enum.GetValues<SpanStatus>().Select(SpanFacts.StatusWord).OrderBy(static word => Array.IndexOf(["running", "ok", "error", "unset"], word)).Append(TraceFilter.Interrupted), ""),
            _ when field == QueryField.Model => (values.Models.Select(ModelNames.Display), ""),
            _ when field == QueryField.Service => (values.Services, ""),
            _ when field == QueryField.Tool => (values.Tools.Prepend(TraceFilter.AnyTool), ""),
            _ when field == QueryField.Source => (TraceFilter.Sources, ""),
            _ when field == QueryField.Feedback => (["up", "down", TraceFilter.AnyThumb], ""),
            { Kind: QueryFieldKind.Time } when typed.Length == 0 => (["500ms", "1s", "5s", "30s"], field.Help),
            { Kind: QueryFieldKind.Count } when typed.Length == 0 => (["1", "100", "1k", "10k"], field.Help),
            _ => (Enumerable.Empty<string>(), ""),
        };
        return known.Where(value => field == QueryField.Status ? value.StartsWith(typed, StringComparison.OrdinalIgnoreCase) : value.Contains(typed, StringComparison.OrdinalIgnoreCase))
            .OrderBy(value => value.StartsWith(typed, StringComparison.OrdinalIgnoreCase) ? 0 : 1)
            .Select(value => (field!.Name + sign + (value.Any(char.IsWhiteSpace) ? $"\"{value}\"" : value), help));
    }
}

/// <summary>Something that could stand in a query.</summary>
/// <param name="Start">Where what it replaces begins.</param>
/// <param name="Length">How long that is.</param>
/// <param name="Text">What would stand there.</param>
/// <param name="Help">What it is, in a few words; empty where it needs none.</param>
/// <param name="IsWhole">Whether nothing more belongs to it, so that a blank follows.</param>
public sealed record QuerySuggestion(int Start, int Length, string Text, string Help, bool IsWhole)
{
    /// <summary>The query with it, and where the caret stands then.</summary>
    public (string Text, int Caret) In(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var (before, after) = (query[..Start] + Text, query[(Start + Length)..]);
        return IsWhole && after.Length == 0 ? (before + " ", before.Length + 1)
            : (before + after, IsWhole ? before.Length + 1 : before.Length);
    }
}
