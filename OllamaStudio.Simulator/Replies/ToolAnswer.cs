using System.Globalization;
using System.Text;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Tools;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Replies;

/// <summary>The answer after tools have run: a sentence with each result.</summary>
internal static class ToolAnswer
{
    private const int LongestInLine = 120;
    private const int LongestBlock = 2000;

    public static string Write(Conversation conversation)
    {
        var calls = conversation.Turns.Reverse().TakeWhile(static turn => turn.Role != "user").Where(static turn => turn.Role == "assistant")
            .Reverse().SelectMany(static turn => turn.ToolCalls ?? []).ToArray();
        var sums = Calculation.Find(conversation.Question).ToArray();
        var text = new StringBuilder();
        for (var i = 0; i < conversation.ToolResults.Count; i++)
        {
            var result = conversation.ToolResults[i];
            var name = !string.IsNullOrEmpty(result.ToolName) ? result.ToolName : i < calls.Length ? calls[i].Function.Name : "the tool";
            var sum = i < calls.Length ? sums.FirstOrDefault(sum => MadeFor(calls[i], sum)) : null;
            text.Append(text.Length > 0 ? "\n\n" : "").Append(Sentence(name, result.Content.Trim(), sum));
        }

        return $"{text}\n\n*I am a demo: I picked the tool by matching your words with its name and its parameters. A real model decides for itself.*";
    }

    private static string Sentence(string tool, string result, Calculation? sum)
    {
        if (result.Length == 0)
        {
            return $"The tool `{tool}` ran and returned nothing.";
        }

        if (LooksRefused(result))
        {
            return $"You did not allow the tool `{tool}`, so it was not run, and I have no result to give.";
        }

        if (LooksFailed(result))
        {
            return $"The tool `{tool}` did not succeed, so I have no result to give. It said: {Shown(result)}";
        }

        return sum is not null && double.TryParse(Plain(result), NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? $"**`{sum.Expression}` = {Plain(result)}**, says the tool `{tool}`."
            : $"The tool `{tool}` answered: {Shown(result)}";
    }

    private static bool MadeFor(ToolCall call, Calculation sum)
    {
        var arguments = call.Function.Arguments.ToJsonString();
        return sum.Operands.All(operand => arguments.Contains(operand, StringComparison.Ordinal));
    }

    /// <summary>What the studio tells the model of a call that the person denied.</summary>
    private static bool LooksRefused(string result) => result.StartsWith("The person denied", StringComparison.Ordinal);

    private static bool LooksFailed(string result) =>
        result.StartsWith("error", StringComparison.OrdinalIgnoreCase)
        || result.StartsWith("{\"error\"", StringComparison.OrdinalIgnoreCase)
        || result.Contains("denied", StringComparison.OrdinalIgnoreCase)
        || result.Contains("timed out", StringComparison.OrdinalIgnoreCase);

    /// <summary>A number or a word as it is, without the quotation marks of a JSON string.</summary>
    private static string Plain(string result) => result is ['"', .. var inner, '"'] ? inner : result;

    private static string Shown(string result)
    {
        if (result.Length <= LongestInLine && result.AsSpan().IndexOfAny('\n', '`') < 0)
        {
            return $"`{Plain(result)}`";
        }

        var shown = result.Length <= LongestBlock ? result : result[..LongestBlock] + "\n… (cut here)";
        // A fence longer than any inside, so that the result cannot end the block.
        var fence = new string('`', Math.Max(3, LongestRun(shown, '`') + 1));
        return $"\n\n{fence}{(shown[0] is '{' or '[' ? "json" : "text")}\n{shown}\n{fence}";
    }

    private static int LongestRun(string text, char wanted)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text)
        {
            run = c == wanted ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
