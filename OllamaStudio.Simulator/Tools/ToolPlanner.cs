using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Tools;

/// <summary>
/// Decides which of the offered tools a question asks for: sums and the time by what the tools are called,
/// any other where it is named. A real model learns this; here it is a handful of rules.
/// </summary>
internal static partial class ToolPlanner
{
    private static readonly string[] TimeWords = ["time", "date", "clock", "now", "datetime", "today"];

    /// <summary>The calls that the last question asks for; none where no offered tool fits, or where they were made already.</summary>
    public static ImmutableArray<ToolCall> Plan(Conversation conversation)
    {
        if (conversation.Tools.IsEmpty || conversation.ToolResults.Count > 0)
        {
            return [];
        }

        var question = Question(conversation);
        return ToolNames.Find(conversation.Tools, question) is { } named
            ? Number(conversation, [(named.Tool.Name, Arguments.From(named.Tool, question, named))])
            : Number(conversation, PlanByMeaning(conversation, question));
    }

    /// <summary>A call in any case: the fitting one, else the first tool on offer, else one that nobody offered.</summary>
    public static ImmutableArray<ToolCall> CallAny(Conversation conversation) =>
        Plan(conversation) is { IsEmpty: false } planned ? planned
        : conversation.Tools is [var first, ..] ? Number(conversation, [(first.Name, Arguments.From(first, Question(conversation)))])
        : Number(conversation, [("calculate", new JsonObject { ["expression"] = "2 + 3" })]);

    private static string Question(Conversation conversation) =>
        conversation.Question.Length > Patterns.LongestPrompt ? conversation.Question[..Patterns.LongestPrompt] : conversation.Question;

    private static IEnumerable<(string Tool, JsonObject Arguments)> PlanByMeaning(Conversation conversation, string question)
    {
        // "What is 5 + 3? Ask the web server."
        var tools = conversation.Tools.OrderByDescending(tool => ToolNames.IsOfNamedServer(tool, conversation.Tools, question)).ToArray();
        foreach (var calculation in Calculation.Find(question))
        {
            if (PlanCalculation(tools, calculation) is { } call)
            {
                yield return call;
            }
        }

        if (TimePattern().IsMatch(question) && tools.FirstOrDefault(static tool => Words(tool.Name).Overlaps(TimeWords)) is { } clock)
        {
            yield return (clock.Name, Arguments.From(clock, question));
        }
    }

    /// <summary>By a tool for just this operation on two numbers, else by one that takes a whole expression.</summary>
    private static (string Tool, JsonObject Arguments)? PlanCalculation(ToolFunction[] tools, Calculation calculation)
    {
        if (tools.FirstOrDefault(tool => Words(tool.Name).Overlaps(WordsFor(calculation.Sign)) && Of(tool, "number", "integer").Length == 2) is { } operation)
        {
            var operands = Of(operation, "number", "integer").Zip(calculation.Operands);
            return (operation.Name, new JsonObject(operands.Select(static pair => KeyValuePair.Create<string, JsonNode?>(pair.First, Arguments.ToNumber(pair.Second)))));
        }

        return tools.FirstOrDefault(static tool => Words(tool.Name).Overlaps(["calculate", "calculator", "evaluate"]) && Of(tool, "string").Length == 1) is { } calculator
            ? (calculator.Name, new JsonObject { [Of(calculator, "string")[0]] = calculation.Expression })
            : null;
    }

    private static string[] WordsFor(char? sign) => sign switch
    {
        '+' => ["add", "sum", "plus", "addition"],
        '-' => ["subtract", "minus", "subtraction", "difference"],
        '*' => ["multiply", "times", "product", "multiplication"],
        '/' => ["divide", "quotient", "division"],
        _ => [],
    };

    private static string[] Of(ToolFunction tool, params string[] types) =>
        [.. tool.Properties.Where(property => types.Contains(SampleValue.TypeOf(property.Value))).Select(static property => property.Key)];

    /// <summary>The words of a name in lower case: <c>getCurrent_time</c> is get, current, time.</summary>
    private static HashSet<string> Words(string name) =>
        WordPattern().Matches(name).Select(static match => match.Value.ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);

    /// <summary>Gives each call an id of the form that Ollama uses, the same for the same conversation and never twice in it.</summary>
    private static ImmutableArray<ToolCall> Number(Conversation conversation, IEnumerable<(string Tool, JsonObject Arguments)> calls)
    {
        var chance = conversation.Chance();
        return
        [
            .. calls.Select((call, index) => new ToolCall(
                "call_" + new string(chance.GetItems<char>("abcdefghijklmnopqrstuvwxyz0123456789", 8)),
                new CalledFunction(index, call.Tool, call.Arguments))),
        ];
    }

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+(?![a-z])", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"\b(?:what time|the (?:current )?(?:time|date)|current (?:time|date)|time is it|today'?s date|(?:what|which) (?:day|date))\b", RegexOptions.IgnoreCase, Patterns.Timeout)]
    private static partial Regex TimePattern();
}
