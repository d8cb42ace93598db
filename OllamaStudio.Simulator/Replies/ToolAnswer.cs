using System.Globalization;
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
        var calculations = Calculation.Find(conversation.Question).ToArray();
        var sentences = conversation.ToolResults.Select((result, i) =>
        {
            var call = calls.ElementAtOrDefault(i);
            var name = string.IsNullOrEmpty(result.ToolName) ? call?.Function.Name ?? "the tool" : result.ToolName;
            return Sentence(name, result.Content.Trim(), calculations.FirstOrDefault(calculation => IsFor(call, calculation)));
        });
        return $"{string.Join("\n\n", sentences)}\n\n*I am a demo: I picked the tool by matching your words with its name and its parameters. A real model decides for itself.*";
    }

    private static string Sentence(string tool, string result, Calculation? calculation) =>
        result.Length == 0 ? $"The tool `{tool}` ran and returned nothing."
        // What the studio tells the model of a call that the person denied.
        : result.StartsWith("The person denied", StringComparison.Ordinal) ? $"You did not allow the tool `{tool}`, so it was not run, and I have no result to give."
        : LooksFailed(result) ? $"The tool `{tool}` did not succeed, so I have no result to give. It said: {Shown(result)}"
        : calculation is not null && double.TryParse(Plain(result), NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? $"**`{calculation.Expression}` = {Plain(result)}**, says the tool `{tool}`."
        : $"The tool `{tool}` answered: {Shown(result)}";

    private static bool IsFor(ToolCall? call, Calculation calculation) =>
        call?.Function.Arguments.ToJsonString() is { } arguments && calculation.Operands.All(operand => arguments.Contains(operand, StringComparison.Ordinal));

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
        var fence = new string('`', 3 + shown.Count(static c => c == '`'));
        return $"\n\n{fence}{(shown[0] is '{' or '[' ? "json" : "text")}\n{shown}\n{fence}";
    }
}
