using System.Text.RegularExpressions;
using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Tools;

/// <summary>The four operations, and what people and tools call them.</summary>
internal enum Operation
{
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// <summary>A calculation that a prompt asks for.</summary>
/// <param name="Expression">In signs, such as <c>5 + 3</c>.</param>
/// <param name="Operands">Its numbers as they were written, in order.</param>
/// <param name="Operation">The operation of a calculation with two operands; null for a longer one.</param>
internal sealed record Arithmetic(string Expression, string[] Operands, Operation? Operation);

/// <summary>Finds calculations in plain language: <c>5 + 3</c>, <c>five times</c> is beyond it, <c>6 times 7</c> is not.</summary>
internal static partial class ArithmeticReader
{
    /// <summary>The calculations in the order of the prompt, at most ten.</summary>
    public static IReadOnlyList<Arithmetic> Find(string prompt)
    {
        var text = DatePattern().Replace(prompt.Length > Patterns.LongestPrompt ? prompt[..Patterns.LongestPrompt] : prompt, " ");
        text = ToSigns(text);
        return [.. ExpressionPattern().Matches(text).Select(static match => Read(match.Value)).OfType<Arithmetic>().Take(10)];
    }

    private static string ToSigns(string text)
    {
        text = SubtractFromPattern().Replace(text, "${from} - ${less}");
        text = VerbPattern().Replace(text, static match => JoinOperands(match));
        text = BetweenPattern().Replace(text, static match => $" {Sign(match.Value)} ");
        return text.Replace('×', '*').Replace('÷', '/').Replace('−', '-');
    }

    private static string JoinOperands(Match match)
    {
        var numbers = NumberPattern().Matches(match.Groups["numbers"].Value).Select(static number => number.Value);
        return string.Join($" {Sign(match.Groups["verb"].Value)} ", numbers) + " ";
    }

    private static char Sign(string word) => word.Trim().ToLowerInvariant() switch
    {
        "plus" or "add" or "sum" or "sum of" or "total of" => '+',
        "minus" or "subtract" or "difference between" or "difference of" => '-',
        "divided by" or "divide" or "quotient of" => '/',
        _ => '*',
    };

    private static Arithmetic? Read(string match)
    {
        var expression = SpacePattern().Replace(match.Trim(), " ");
        var binary = BinaryPattern().Match(expression);
        if (binary.Success)
        {
            var (left, sign, right) = (binary.Groups["left"].Value, binary.Groups["sign"].Value, binary.Groups["right"].Value);
            Operation operation = sign switch
            {
                "+" => Operation.Add,
                "-" => Operation.Subtract,
                "*" => Operation.Multiply,
                _ => Operation.Divide,
            };
            return new Arithmetic($"{left} {sign} {right}", [left, right], operation);
        }

        var numbers = NumberPattern().Matches(expression).Select(static number => number.Value).ToArray();
        return numbers.Length > 1 && expression.AsSpan().Count('(') == expression.AsSpan().Count(')') ? new Arithmetic(expression, numbers, null) : null;
    }

    [GeneratedRegex(@"\d{4}-\d{2}-\d{2}", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex DatePattern();

    [GeneratedRegex(@"\bsubtract\s+(?<less>\d+(\.\d+)?)\s+from\s+(?<from>\d+(\.\d+)?)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, Patterns.Timeout)]
    private static partial Regex SubtractFromPattern();

    [GeneratedRegex(
        @"\b(?<verb>add|sum(?: of)?|total of|subtract|difference (?:between|of)|multiply|product of|divide|quotient of)\s+(?<numbers>-?\d+(?:\.\d+)?(?:\s*(?:,|and|to|by|with|, and)\s*-?\d+(?:\.\d+)?)+)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        Patterns.Timeout)]
    private static partial Regex VerbPattern();

    [GeneratedRegex(@"(?<=\d\)?)\s*\b(plus|minus|times|multiplied by|divided by|x)\b\s*(?=\(?-?\d)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, Patterns.Timeout)]
    private static partial Regex BetweenPattern();

    [GeneratedRegex(@"\(*-?\d+(\.\d+)?\)*(\s*[-+*/^]\s*\(*-?\d+(\.\d+)?\)*)+", RegexOptions.ExplicitCapture, Patterns.Timeout)]
    private static partial Regex ExpressionPattern();

    [GeneratedRegex(@"^(?<left>-?\d+(\.\d+)?)\s*(?<sign>[-+*/])\s*(?<right>-?\d+(\.\d+)?)$", RegexOptions.ExplicitCapture, Patterns.Timeout)]
    private static partial Regex BinaryPattern();

    [GeneratedRegex(@"-?\d+(\.\d+)?", RegexOptions.ExplicitCapture, Patterns.Timeout)]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"\s+", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex SpacePattern();
}
