using System.Collections.Immutable;
using System.Globalization;

namespace OllamaStudio.Core.Insights;

/// <summary>
/// Reads a query: terms apart by blanks, <c>field:value</c>, <c>field&gt;value</c>, <c>attr.name=value</c>, words, and "words in quotes";
/// a <c>-</c> before one turns it round. Anything is read: what is no field is a word, what is still being typed narrows nothing.
/// </summary>
internal static class QueryParser
{
    // Longer ones first: what begins with another must not be taken for it.
    private static readonly (string Text, QueryOperator Operator)[] Operators =
    [
        (":>=", QueryOperator.AtLeast), (":<=", QueryOperator.AtMost), (":>", QueryOperator.Greater), (":<", QueryOperator.Less),
        (">=", QueryOperator.AtLeast), ("<=", QueryOperator.AtMost), ("!=", QueryOperator.NotEqual),
        (">", QueryOperator.Greater), ("<", QueryOperator.Less), ("=", QueryOperator.Equal), (":", QueryOperator.Has),
    ];

    /// <summary>The terms of a text, and what is wrong in it.</summary>
    public static (ImmutableArray<QueryTerm> Terms, ImmutableArray<QueryProblem> Problems) Parse(string text)
    {
        if (text.Length > TraceFilter.MaxLength)
        {
            return ([], [new QueryProblem(TraceFilter.MaxLength, text.Length - TraceFilter.MaxLength, string.Create(CultureInfo.InvariantCulture, $"The query is longer than {TraceFilter.MaxLength:#,0} characters."))]);
        }

        var terms = ImmutableArray.CreateBuilder<QueryTerm>();
        var problems = ImmutableArray.CreateBuilder<QueryProblem>();
        foreach (var (start, typed) in Split(text))
        {
            var (term, problem) = Read(start, typed);
            if (term is not null)
            {
                terms.Add(term);
            }
            else if (problem is not null)
            {
                problems.Add(new QueryProblem(start, typed.Length, problem));
            }
        }

        return (terms.ToImmutable(), problems.ToImmutable());
    }

    /// <summary>The terms as they were typed, and where they begin.</summary>
    public static IEnumerable<(int Start, string Typed)> Split(string text)
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
        var at = term.IndexOfAny([':', '=', '<', '>', '!']);
        if (at <= 0)
        {
            return null;
        }

        foreach (var (sign, comparison) in Operators)
        {
            if (term.AsSpan(at).StartsWith(sign, StringComparison.Ordinal))
            {
                return (term[..at], comparison, Unquoted(term[(at + sign.Length)..]));
            }
        }

        return null;
    }

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

            if (field == QueryField.Status && !TraceFilter.StatusesOf(value).Any())
            {
                return (null, $"There is no status “{value}”: write running, ok, error or unset.");
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
