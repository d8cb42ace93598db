using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;

namespace OllamaStudio.Core.Insights;

/// <summary>
/// Reads a query: terms apart by blanks, <c>field:value</c>, <c>field&gt;value</c>, <c>attr.name=value</c>, words, and "words in quotes";
/// a <c>-</c> before one turns it round; blanks around the sign of a field that there is are none. Anything is read: what is no field is a
/// word, which is told where it looks like one, and what is still being typed narrows nothing.
/// </summary>
internal static class QueryParser
{
    private static readonly SearchValues<char> Signs = SearchValues.Create(":=<>!");

    // Longer ones first: what begins with another must not be taken for it.
    private static readonly (string Text, QueryOperator Operator)[] Operators =
    [
        (":>=", QueryOperator.AtLeast), (":<=", QueryOperator.AtMost), (":>", QueryOperator.Greater), (":<", QueryOperator.Less),
        (">=", QueryOperator.AtLeast), ("<=", QueryOperator.AtMost), ("!=", QueryOperator.NotEqual),
        (">", QueryOperator.Greater), ("<", QueryOperator.Less), ("=", QueryOperator.Equal), (":", QueryOperator.Has),
    ];

    /// <summary>The terms of a text, what is wrong in it, and what was taken otherwise than it may be meant.</summary>
    public static (ImmutableArray<QueryTerm> Terms, ImmutableArray<QueryProblem> Problems, ImmutableArray<QueryProblem> Notes) Parse(string text)
    {
        if (text.Length > TraceFilter.MaxLength)
        {
            return ([], [new QueryProblem(TraceFilter.MaxLength, text.Length - TraceFilter.MaxLength, string.Create(CultureInfo.InvariantCulture, $"The query is longer than {TraceFilter.MaxLength:#,0} characters."))], []);
        }

        var terms = ImmutableArray.CreateBuilder<QueryTerm>();
        var problems = ImmutableArray.CreateBuilder<QueryProblem>();
        var notes = ImmutableArray.CreateBuilder<QueryProblem>();
        foreach (var (start, typed) in Split(text))
        {
            var (term, problem) = Read(start, typed);
            if (term is not null)
            {
                terms.AddRange(Rounded(term));
                if (term is WordTerm && LooksLikeField(typed) is { } name)
                {
                    notes.Add(new QueryProblem(start, typed.Length, $"“{name}” is no field here: “{typed}” is searched as words. Fields: {QueryField.Names}."));
                }
            }
            else if (problem is not null)
            {
                problems.Add(new QueryProblem(start, typed.Length, problem));
            }
        }

        return (terms.ToImmutable(), problems.ToImmutable(), notes.ToImmutable());
    }

    /// <summary>The first word that has a field's form and the name of none, a model with its tag too; null where there is none.</summary>
    public static QueryProblem? FindUnknownField(string text) => Split(text)
        .Where(static part => part.Typed is not ['"', ..] and not ['-', '"', ..] && Read(part.Start, part.Typed).Term is WordTerm)
        .Select(static part => (part.Start, part.Typed, Field: Part(part.Typed.TrimStart('-'))))
        .Where(static part => part.Field is var (name, _, value) && name.Length > 1 && char.IsLetter(name[0]) && value.Length > 0 && char.IsLetterOrDigit(value[0]))
        .Select(static part => new QueryProblem(
            part.Start, part.Typed.Length, $"“{part.Field!.Value.Name}” is no field. Fields: {QueryField.Names}. Put words in quotes that have such a sign in them."))
        .FirstOrDefault();

    /// <summary>The terms as they were typed, and where they begin.</summary>
    public static IEnumerable<(int Start, string Typed)> Split(string text)
    {
        (int Start, string Typed)? open = null;
        foreach (var part in SplitAtBlanks(text))
        {
            if (open is { } before && Continues(before.Typed, part.Typed))
            {
                open = (before.Start, text[before.Start..(part.Start + part.Typed.Length)]);
                continue;
            }

            if (open is { } whole)
            {
                yield return whole;
            }

            open = part;
        }

        if (open is { } last)
        {
            yield return last;
        }
    }

    // "duration > 2s": a sign belongs to the field before it, and a value to the sign.
    private static bool Continues(string before, string next)
    {
        var body = before.AsSpan().TrimStart('-');
        var end = body.IndexOfAny(Signs);
        var name = (end < 0 ? body : body[..end]).TrimEnd();
        if (QueryField.Find(name.ToString()) is not { } field)
        {
            return false;
        }

        if (end < 0)
        {
            return Signs.Contains(next[0]);
        }

        return body[^1] is ':' or '=' or '<' or '>' && !body[end..].ContainsAnyExcept(Signs)
            && (field.Kind is QueryFieldKind.Text ? next.AsSpan().IndexOfAny(Signs) < 0 : char.IsAsciiDigit(next[0]));
    }

    private static IEnumerable<(int Start, string Typed)> SplitAtBlanks(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var start = at;
            var quoted = false;
            for (; at < text.Length && (quoted || !char.IsWhiteSpace(text[at])); at++)
            {
                if (text[at] == '"')
                {
                    // It opens only where a term or its value begins: 5" is five inches.
                    quoted = !quoted && (at == start || text[at - 1] is ':' or '=' or '>' or '<' || (at == start + 1 && text[start] == '-'));
                }
            }

            yield return (start, text[start..at]);
        }
    }

    /// <summary>Parts a term into the name before its operator, the operator and what follows; null where there is no operator.</summary>
    public static (string Name, QueryOperator Operator, string Value)? Part(string term)
    {
        var at = term.AsSpan().IndexOfAny(Signs);
        if (at <= 0)
        {
            return null;
        }

        foreach (var (sign, comparison) in Operators)
        {
            if (term.AsSpan(at).StartsWith(sign, StringComparison.Ordinal))
            {
                return (term[..at].TrimEnd(), comparison, Unquoted(term[(at + sign.Length)..].TrimStart()));
            }
        }

        return null;
    }

    // What is asked to be a time is what a list shows as that time; -duration:5s and duration!=5s stay exact, which nobody asks for.
    private static IEnumerable<QueryTerm> Rounded(QueryTerm term) =>
        term is NumberTerm { Operator: QueryOperator.Has or QueryOperator.Equal, IsNegated: false } number && Part(term.Text) is var (_, _, value) && number.Field.Around(value) is var (from, to)
            ? [number with { Operator = QueryOperator.AtLeast, Value = from }, number with { Operator = QueryOperator.Less, Value = to }]
            : [term];

    // A name and a sign: not a model with its tag, an address, a time of day or a face.
    private static string? LooksLikeField(string typed) =>
        Part(typed.TrimStart('-')) is var (name, _, value) && name.Length > 1 && name.All(static letter => char.IsLetter(letter) || letter is '.' or '_')
            && value.Length > 0 && char.IsLetterOrDigit(value[0]) && !value.Equals("latest", StringComparison.OrdinalIgnoreCase) && !(char.IsAsciiDigit(value[0]) && char.IsLetter(value[^1]))
            ? name
            : null;

    private static (QueryTerm? Term, string? Problem) Read(int start, string typed)
    {
        var isNegated = typed is ['-', not (' ' or '-'), ..] && (char.IsLetter(typed[1]) || typed[1] == '"');
        var body = isNegated ? typed[1..] : typed;
        if (body is not ['"', ..])
        {
            var parts = Part(body);
            if (body.StartsWith(QueryField.AttributePrefix, StringComparison.OrdinalIgnoreCase))
            {
                return (Attribute(parts, body), null);
            }

            if (parts is var (name, comparison, value))
            {
                if (QueryField.Find(name) is { } field)
                {
                    return OfField(field, comparison, value);
                }

                if (comparison is not (QueryOperator.Has or QueryOperator.Equal) && name.All(static letter => char.IsLetter(letter) || letter == '.'))
                {
                    return (null, $"“{typed}”: there is no field “{name}”; those with numbers are {string.Join(", ", QueryField.All.Where(static known => known.Kind is not QueryFieldKind.Text).Select(static known => known.Name))}.");
                }
            }
        }

        var words = Unquoted(body);
        return (string.IsNullOrWhiteSpace(words) ? null : new WordTerm(words) { Start = start, Text = typed, IsNegated = isNegated }, null);

        (QueryTerm?, string?) OfField(QueryField field, QueryOperator comparison, string value)
        {
            if (value.Length == 0)
            {
                return default;
            }

            if (field.Kind is not QueryFieldKind.Text)
            {
                return field.Parse(value) is { } number
                    ? (new NumberTerm(field, comparison, number) { Start = start, Text = typed, IsNegated = isNegated }, null)
                    : (null, $"“{typed}”: {field.Expected}.");
            }

            if (comparison is not (QueryOperator.Has or QueryOperator.Equal or QueryOperator.NotEqual))
            {
                return (null, $"“{typed}”: write {field.Name}:{value}.");
            }

            if (field == QueryField.Status && !TraceFilter.StatusesOf(value).Any() && !TraceFilter.MeansInterrupted(value))
            {
                return (null, $"There is no status “{value}”: write running, ok, error, unset or interrupted.");
            }

            if (field == QueryField.Source && !TraceFilter.SourcesOf(value).Any())
            {
                return (null, $"There is no source “{value}”: write chat, lab (replays) or gateway (calls of other programs).");
            }

            return (new FieldTerm(field, value) { Start = start, Text = typed, IsNegated = isNegated != (comparison is QueryOperator.NotEqual) }, null);
        }

        AttributeTerm? Attribute((string Name, QueryOperator Operator, string Value)? parts, string whole)
        {
            var key = (parts?.Name ?? whole)[QueryField.AttributePrefix.Length..];
            return key.Length == 0 || parts is { Value: "" } ? null
                : new AttributeTerm(key, parts?.Operator, parts?.Value ?? "") { Start = start, Text = typed, IsNegated = isNegated };
        }
    }

    private static string Unquoted(string text) => text is not ['"', ..] ? text : text is [_, .., '"'] ? text[1..^1] : text[1..];
}
