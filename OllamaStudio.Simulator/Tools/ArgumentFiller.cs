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
    /// <param name="tool">The tool.</param>
    /// <param name="prompt">The person's words.</param>
    /// <param name="mention">Where they name the tool; null where they do not.</param>
    public static JsonObject Fill(ToolDefinition tool, string prompt, ToolMention? mention = null)
    {
        var required = ToolMatcher.Required(tool);
        var subject = Subject(prompt, mention);
        var rest = mention is null ? prompt : prompt.Remove(mention.Start, mention.Length);
        var numbers = new Queue<string>(NumberPattern().Matches(rest).Select(static match => match.Value));
        var arguments = new JsonObject();
        foreach (var (name, schema) in ToolMatcher.Properties(tool))
        {
            var found = Find(name, schema, rest, subject, numbers, required.Contains(name));
            if (found is not null)
            {
                arguments[name] = found;
            }
            else if (required.Contains(name))
            {
                arguments[name] = SchemaInstance.Make(schema, _ => subject);
            }
        }

        return arguments;
    }

    private static JsonNode? Find(string name, JsonElement schema, string prompt, string subject, Queue<string> numbers, bool required)
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
                return subject;
            default:
                return null;
        }
    }

    /// <summary>What the prompt is about: the part in quotes, else what follows the tool's name, else all of it.</summary>
    private static string Subject(string prompt, ToolMention? mention)
    {
        if (QuotePattern().Match(prompt) is { Success: true } quote)
        {
            return quote.Groups["text"].Value;
        }

        var rest = mention is null ? "" : LeadPattern().Replace(prompt[(mention.Start + mention.Length)..], "");
        return rest.Trim() is { Length: > 0 } text ? text : prompt.Trim();
    }

    [GeneratedRegex(@"-?\d+(?:\.\d+)?", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"\b[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?\b|\bUTC\b", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex ZonePattern();

    [GeneratedRegex("[\"“](?<text>[^\"”]{1,2000})[\"”]", RegexOptions.ExplicitCapture, Patterns.Timeout)]
    private static partial Regex QuotePattern();

    // "use the tool `echo` of the web server with the message: hello" is about "hello".
    [GeneratedRegex(@"^[`'""]?\s*(?:tool\b)?\s*(?:(?:of|from|on) the [\w-]+ server\b)?\s*(?:to|with|on|for|and)?\s*(?:say|(?:the )?(?:message|text|input))?\s*[:,]?\s*", RegexOptions.IgnoreCase, Patterns.Timeout)]
    private static partial Regex LeadPattern();
}
