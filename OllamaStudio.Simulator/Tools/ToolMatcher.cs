using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Tools;

/// <summary>Judges by name, description and parameters what an offered tool is for.</summary>
internal static partial class ToolMatcher
{
    private static readonly string[] TimeWords = ["time", "date", "clock", "now", "datetime", "today"];
    private static readonly string[] CalculatorWords = ["calculator", "calculate", "calc", "expression", "math", "arithmetic", "evaluate", "eval", "compute"];
    private static readonly string[] ExpressionNames = ["expression", "expr", "formula", "equation", "calculation", "input", "query", "text"];

    /// <summary>What each operation is called.</summary>
    public static ImmutableDictionary<Operation, string[]> OperationWords { get; } = new Dictionary<Operation, string[]>
    {
        [Operation.Add] = ["add", "sum", "plus", "addition", "adds"],
        [Operation.Subtract] = ["subtract", "minus", "subtraction", "difference", "sub", "subtracts"],
        [Operation.Multiply] = ["multiply", "times", "product", "multiplication", "mul", "multiplies"],
        [Operation.Divide] = ["divide", "quotient", "division", "div", "divides"],
    }.ToImmutableDictionary();

    public static bool TellsTime(ToolDefinition tool) =>
        Words(tool.Name).Intersect(TimeWords).Any()
        || (Properties(tool).Count <= 1 && Words(tool.Description).Contains("current") && Words(tool.Description).Intersect(TimeWords).Any());

    /// <summary>Whether it does just this one operation on two numbers.</summary>
    public static bool Does(ToolDefinition tool, Operation operation) =>
        NumberProperties(tool).Count == 2
        && OperationProperty(tool, operation) is null
        && (Words(tool.Name).Intersect(OperationWords[operation]).Any()
            || (!OperationWords.Values.Any(words => Words(tool.Name).Intersect(words).Any()) && Words(tool.Description).Intersect(OperationWords[operation]).Any()));

    /// <summary>The property that picks an operation (<c>{"operation": "add", "a": 1, "b": 2}</c>) and its value for this one; null where there is none.</summary>
    public static (string Name, string Value)? OperationProperty(ToolDefinition tool, Operation operation)
    {
        foreach (var (name, schema) in Properties(tool))
        {
            if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("enum", out var options) && options.ValueKind == JsonValueKind.Array)
            {
                var match = options.EnumerateArray().Select(static option => option.ToString())
                    .FirstOrDefault(option => OperationWords[operation].Contains(option.ToLowerInvariant()) || option == Sign(operation));
                if (match is not null)
                {
                    return (name, match);
                }
            }
        }

        return null;
    }

    /// <summary>The string property that takes a whole expression; null where the tool is no calculator.</summary>
    public static string? ExpressionProperty(ToolDefinition tool)
    {
        var strings = Properties(tool).Where(static property => SchemaInstance.TypeOf(property.Schema) == "string").Select(static property => property.Name).ToArray();
        var named = strings.FirstOrDefault(static name => ExpressionNames.Contains(name.ToLowerInvariant()));
        return named is "expression" or "expr" or "formula" or "equation" ? named
            : Words(tool.Name).Concat(Words(tool.Description)).Intersect(CalculatorWords).Any() ? named ?? (strings.Length == 1 ? strings[0] : null)
            : null;
    }

    public static IReadOnlyList<(string Name, JsonElement Schema)> Properties(ToolDefinition tool) =>
        tool.Parameters.ValueKind == JsonValueKind.Object && tool.Parameters.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            ? [.. properties.EnumerateObject().Select(static property => (property.Name, property.Value))]
            : [];

    public static IReadOnlyList<string> NumberProperties(ToolDefinition tool) =>
        [.. Properties(tool).Where(static property => SchemaInstance.TypeOf(property.Schema) is "number" or "integer").Select(static property => property.Name)];

    public static IReadOnlySet<string> Required(ToolDefinition tool) =>
        tool.Parameters.ValueKind == JsonValueKind.Object && tool.Parameters.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.Array
            ? required.EnumerateArray().Select(static item => item.ToString()).ToHashSet(StringComparer.Ordinal)
            : new HashSet<string>(StringComparer.Ordinal);

    private static string Sign(Operation operation) => operation switch
    {
        Operation.Add => "+",
        Operation.Subtract => "-",
        Operation.Multiply => "*",
        _ => "/",
    };

    /// <summary>The words of a name or a sentence, in lower case: <c>getCurrent_time</c> is get, current, time.</summary>
    private static HashSet<string> Words(string text) =>
        WordPattern().Matches(text).Select(static match => match.Value.ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+(?![a-z])", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex WordPattern();
}
