using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Tools;

/// <summary>Fills a tool's parameters from the words of a prompt, as its schema wants them.</summary>
internal static partial class ArgumentFiller
{
    /// <summary>
    /// Required parameters always, others where the prompt has something for them: numbers in order, an enum's member that is
    /// named, a time zone, and for text the quoted part, else what stands behind the tool's name.
    /// </summary>
    public static JsonObject Fill(ToolDefinition tool, string prompt)
    {
        var required = ToolMatcher.Required(tool);
        var numbers = new Queue<string>(NumberPattern().Matches(prompt).Select(static match => match.Value));
        var arguments = new JsonObject();
        foreach (var (name, schema) in ToolMatcher.Properties(tool))
        {
            var found = Find(tool, name, schema, prompt, numbers, required.Contains(name));
            if (found is not null)
            {
                arguments[name] = found;
            }
            else if (required.Contains(name))
            {
                arguments[name] = SchemaInstance.Make(schema, _ => Subject(tool, prompt));
            }
        }

        return arguments;
    }

    private static JsonNode? Find(ToolDefinition tool, string name, JsonElement schema, string prompt, Queue<string> numbers, bool required)
    {
        if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("enum", out var options) && options.ValueKind == JsonValueKind.Array)
        {
            return options.EnumerateArray().FirstOrDefault(option => prompt.Contains(option.ToString(), StringComparison.OrdinalIgnoreCase)) is { ValueKind: not JsonValueKind.Undefined } named
                ? JsonNode.Parse(named.GetRawText())
                : null;
        }

        switch (SchemaInstance.TypeOf(schema))
        {
            case "number" or "integer" when numbers.TryDequeue(out var number):
                return ToolPlanner.ToNumber(number);
            case "string" when name.Contains("zone", StringComparison.OrdinalIgnoreCase):
                return ZonePattern().Match(prompt) is { Success: true } zone ? zone.Value : required ? "UTC" : null;
            case "string" when required:
                return Subject(tool, prompt);
            default:
                return null;
        }
    }

    /// <summary>What the prompt is about: the part in quotes, else what follows the tool's name, else all of it.</summary>
    private static string Subject(ToolDefinition tool, string prompt)
    {
        if (QuotePattern().Match(prompt) is { Success: true } quote)
        {
            return quote.Groups["text"].Value;
        }

        var at = prompt.IndexOf(tool.Name, StringComparison.OrdinalIgnoreCase);
        var rest = at < 0 ? prompt : LeadPattern().Replace(prompt[(at + tool.Name.Length)..], "");
        return rest.Trim() is { Length: > 0 } text ? text : prompt.Trim();
    }

    [GeneratedRegex(@"-?\d+(?:\.\d+)?", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"\b[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?\b|\bUTC\b", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex ZonePattern();

    [GeneratedRegex("[\"“](?<text>[^\"”]{1,2000})[\"”]", RegexOptions.ExplicitCapture, Patterns.Timeout)]
    private static partial Regex QuotePattern();

    // "use the tool `echo` with the message: hello" is about "hello".
    [GeneratedRegex(@"^[`'""]?\s*(?:tool\b)?\s*(?:to|with|on|for|and)?\s*(?:say|(?:the )?(?:message|text|input))?\s*[:,]?\s*", RegexOptions.IgnoreCase, Patterns.Timeout)]
    private static partial Regex LeadPattern();
}
