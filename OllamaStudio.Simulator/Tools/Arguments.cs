using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Tools;

/// <summary>Fills a tool's parameters from the words of a prompt.</summary>
internal static partial class Arguments
{
    /// <summary>
    /// Numbers and a time zone where the prompt has them, and every other required parameter: for text the quoted part of
    /// the prompt, else what stands behind the tool's name; for the rest a <see cref="SampleValue"/>.
    /// </summary>
    /// <param name="tool">The tool.</param>
    /// <param name="prompt">The person's words.</param>
    /// <param name="mention">Where they name the tool; null where they do not.</param>
    public static JsonObject From(ToolFunction tool, string prompt, ToolMention? mention = null)
    {
        var subject = Subject(prompt, mention);
        var rest = mention is null ? prompt : prompt.Remove(mention.Start, mention.Length);
        var numbers = new Queue<string>(NumberPattern().Matches(rest).Select(static match => match.Value));
        var arguments = new JsonObject();
        foreach (var (name, schema) in tool.Properties)
        {
            var required = tool.Requires(name);
            var value = SampleValue.TypeOf(schema) switch
            {
                "number" or "integer" when numbers.TryDequeue(out var number) => ToNumber(number),
                "string" when name.Contains("zone", StringComparison.OrdinalIgnoreCase) =>
                    ZonePattern().Match(prompt) is { Success: true } zone ? zone.Value : required ? "UTC" : null,
                _ => required ? SampleValue.Make(schema, subject) : null,
            };
            if (value is not null)
            {
                arguments[name] = value;
            }
        }

        return arguments;
    }

    /// <summary>A whole number where it is written as one, so that <c>5</c> does not become <c>5.0</c>.</summary>
    public static JsonNode ToNumber(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? JsonValue.Create(whole)
            : JsonValue.Create(double.Parse(text, CultureInfo.InvariantCulture));

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

/// <summary>A value that a simple JSON schema accepts: first choices, lowest numbers, required properties only. It follows no references.</summary>
internal static class SampleValue
{
    // Deeper than a demo needs; what lies below is null.
    private const int DeepestLevel = 4;

    /// <summary>The value; strings are <paramref name="text"/>.</summary>
    public static JsonNode? Make(JsonNode? schema, string text, int level = 0)
    {
        if (schema is not JsonObject known || level > DeepestLevel)
        {
            return null;
        }

        return (known["const"] ?? known["default"] ?? (known["enum"] as JsonArray)?.FirstOrDefault())?.DeepClone() ?? TypeOf(known) switch
        {
            "object" => MakeObject(known, text, level),
            "array" => new JsonArray(Make(known["items"], text, level + 1)),
            "number" or "integer" => known["minimum"]?.DeepClone() ?? 1,
            "boolean" => true,
            "null" => null,
            _ => text,
        };
    }

    /// <summary>The schema's type, or the first of several that is not null; guessed where it says none.</summary>
    public static string TypeOf(JsonNode? schema) => (schema as JsonObject)?["type"] switch
    {
        JsonArray several => several.Select(static type => type?.ToString()).FirstOrDefault(static type => type != "null") ?? "null",
        { } one => one.ToString(),
        null => schema is JsonObject known && known.ContainsKey("properties") ? "object" : "string",
    };

    private static JsonObject MakeObject(JsonObject schema, string text, int level)
    {
        var required = (schema["required"] as JsonArray)?.Select(static name => name?.ToString()).ToArray();
        var properties = schema["properties"] as JsonObject ?? [];
        return new JsonObject(properties
            .Where(property => required?.Contains(property.Key) ?? true)
            .Select(property => KeyValuePair.Create(property.Key, Make(property.Value, text, level + 1))));
    }
}
