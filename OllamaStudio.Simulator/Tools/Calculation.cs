using System.Text.RegularExpressions;
using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Tools;

/// <summary>A calculation that a prompt asks for.</summary>
/// <param name="Expression">In signs, such as <c>5 + 3</c>.</param>
/// <param name="Operands">Its numbers as they were written, in order.</param>
/// <param name="Sign">The sign between two operands; null for a longer calculation.</param>
internal sealed partial record Calculation(string Expression, string[] Operands, char? Sign)
{
    private const int Most = 10;

    /// <summary>The calculations in the order of the prompt, at most ten, be they written <c>5 + 3</c>, <c>6 times 7</c> or <c>add 5 and 3</c>.</summary>
    public static IEnumerable<Calculation> Find(string prompt)
    {
        var text = DatePattern().Replace(prompt, " ");
        text = VerbPattern().Replace(text, static match => $"{match.Groups["left"]} {SignOf(match.Groups["verb"].Value)} {match.Groups["right"]} ");
        text = BetweenPattern().Replace(text, static match => $" {SignOf(match.Groups["word"].Value)} ");
        return ExpressionPattern().Matches(text)
            .Select(static match => SignPattern().Replace(match.Value, " ${sign} "))
            .Where(static expression => expression.AsSpan().Count('(') == expression.AsSpan().Count(')'))
            .Take(Most)
            .Select(static expression => new Calculation(
                expression,
                [.. NumberPattern().Matches(expression).Select(static number => number.Value)],
                expression.Split(' ') is [_, [var sign], _] ? sign : null));
    }

    private static char SignOf(string word) => word.ToLowerInvariant() switch
    {
        "plus" or "add" or "sum of" => '+',
        "minus" => '-',
        "divide" or "divided by" => '/',
        _ => '*',
    };

    [GeneratedRegex(@"\d{4}-\d{2}-\d{2}", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex DatePattern();

    [GeneratedRegex(@"\b(?<verb>add|sum of|multiply|divide)\s+(?<left>-?\d+(\.\d+)?)\s+(and|to|by|with)\s+(?<right>-?\d+(\.\d+)?)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, Patterns.Timeout)]
    private static partial Regex VerbPattern();

    [GeneratedRegex(@"(?<=\d\)?)\s*\b(?<word>plus|minus|times|multiplied by|divided by|x)\b\s*(?=\(?-?\d)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, Patterns.Timeout)]
    private static partial Regex BetweenPattern();

    [GeneratedRegex(@"\(*-?\d+(\.\d+)?\)*(\s*[-+*/^]\s*\(*-?\d+(\.\d+)?\)*)+", RegexOptions.ExplicitCapture, Patterns.Timeout)]
    private static partial Regex ExpressionPattern();

    // A minus behind another sign belongs to its number.
    [GeneratedRegex(@"(?<=[\d)])\s*(?<sign>[-+*/^])\s*", RegexOptions.ExplicitCapture, Patterns.Timeout)]
    private static partial Regex SignPattern();

    [GeneratedRegex(@"(?<![\d)]\s*)-?\d+(\.\d+)?|\d+(\.\d+)?", RegexOptions.ExplicitCapture, Patterns.Timeout)]
    private static partial Regex NumberPattern();
}
