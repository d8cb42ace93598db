using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Tools;

/// <summary>
/// Decides which of the offered tools a question asks for: sums and the time by what the tools say of themselves,
/// any other by its name. A real model learns this; here it is a handful of rules.
/// </summary>
internal static partial class ToolPlanner
{
    /// <summary>The calls that the last question asks for; none where no offered tool fits, or where they were made already.</summary>
    public static ImmutableArray<ToolCall> Plan(Conversation conversation)
    {
        if (conversation.Tools.IsEmpty || conversation.ToolResults.Count > 0)
        {
            return [];
        }

        var question = Question(conversation);
        var calls = ToolNames.Find(conversation.Tools, question) is { } named
            ? [(named.Tool, ArgumentFiller.Fill(named.Tool, question, named))]
            : PlanByMeaning(conversation, question).ToArray();
        return Number(conversation, calls);
    }

    /// <summary>A call in any case: the fitting one, else the first tool on offer, else one that nobody offered.</summary>
    public static ImmutableArray<ToolCall> CallAny(Conversation conversation)
    {
        var planned = Plan(conversation);
        if (!planned.IsEmpty)
        {
            return planned;
        }

        return conversation.Tools.IsEmpty
            ? Number(conversation, [(MadeUp, new JsonObject { ["a"] = 2, ["b"] = 3 })])
            : Number(conversation, [(conversation.Tools[0], ArgumentFiller.Fill(conversation.Tools[0], Question(conversation)))]);
    }

    private static string Question(Conversation conversation) =>
        conversation.Question.Length > Patterns.LongestPrompt ? conversation.Question[..Patterns.LongestPrompt] : conversation.Question;

    private static ToolDefinition MadeUp { get; } = new("add", "", default);

    private static IEnumerable<(ToolDefinition Tool, JsonObject Arguments)> PlanByMeaning(Conversation conversation, string question)
    {
        // "What is 5 + 3? Ask the web server."
        var tools = conversation.Tools.OrderByDescending(tool => ToolNames.IsOfNamedServer(tool, conversation.Tools, question)).ToImmutableArray();
        foreach (var sum in ArithmeticReader.Find(question))
        {
            if (PlanSum(tools, sum) is { } call)
            {
                yield return call;
            }
        }

        if (TimePattern().IsMatch(question) && tools.FirstOrDefault(ToolMatcher.TellsTime) is { } clock)
        {
            yield return (clock, ArgumentFiller.Fill(clock, question));
        }
    }

    private static (ToolDefinition Tool, JsonObject Arguments)? PlanSum(ImmutableArray<ToolDefinition> tools, Arithmetic sum)
    {
        if (sum.Operation is { } operation)
        {
            foreach (var tool in tools)
            {
                var picked = ToolMatcher.OperationProperty(tool, operation);
                if ((picked is not null && ToolMatcher.NumberProperties(tool).Count == 2) || ToolMatcher.Does(tool, operation))
                {
                    var arguments = new JsonObject();
                    if (picked is { } choice)
                    {
                        arguments[choice.Name] = choice.Value;
                    }

                    foreach (var (name, operand) in ToolMatcher.NumberProperties(tool).Zip(sum.Operands))
                    {
                        arguments[name] = ToNumber(operand);
                    }

                    return (tool, arguments);
                }
            }
        }

        foreach (var tool in tools)
        {
            if (ToolMatcher.ExpressionProperty(tool) is { } property)
            {
                return (tool, new JsonObject { [property] = sum.Expression });
            }
        }

        return null;
    }

    /// <summary>A whole number where it is written as one, so that <c>5</c> does not become <c>5.0</c>.</summary>
    internal static JsonNode ToNumber(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? JsonValue.Create(whole)
            : JsonValue.Create(double.Parse(text, CultureInfo.InvariantCulture));

    /// <summary>Gives each call an id of the form that Ollama uses, the same for the same conversation and never twice in it.</summary>
    private static ImmutableArray<ToolCall> Number(Conversation conversation, IReadOnlyList<(ToolDefinition Tool, JsonObject Arguments)> calls)
    {
        var dice = Dice.For(conversation);
        return [.. calls.Select(call => new ToolCall("call_" + dice.Letters(8), call.Tool.Name, JsonSerializer.SerializeToElement(call.Arguments, WireContext.Default.JsonObject)))];
    }

    [GeneratedRegex(
        @"\b(?:what time|what'?s the time|the (?:current )?(?:time|date)|current (?:time|date)|time is it|today'?s date|what(?: is|'s)? (?:the )?date|(?:what|which) day|(?:time|date) (?:is it|in|now))\b",
        RegexOptions.IgnoreCase,
        Patterns.Timeout)]
    private static partial Regex TimePattern();
}
