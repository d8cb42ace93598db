using System.Collections.Immutable;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Traces;

/// <summary>Sorts a span's attributes by the vocabulary they belong to: the same fact is written in up to three.</summary>
public static class AttributeGroups
{
    private const string Own = "OllamaStudio";
    private const string GenAi = "OpenTelemetry GenAI";
    private const string OpenInference = "OpenInference";
    private const string Other = "Session and other";

    private static readonly string[] Order = [Own, GenAi, OpenInference, Other];

    // The first that fits counts. OpenInference shares the prefix llm. with the studio's own names, so its names come first.
    private static readonly (string Prefix, string Group)[] Prefixes =
    [
        (TelemetryNames.GenAi.Prefix, GenAi),
        (TelemetryNames.OpenInference.Prefix, OpenInference),
        ("input.", OpenInference),
        ("output.", OpenInference),
        ("metadata", OpenInference),
        ("tag.", OpenInference),
        (TelemetryNames.Turn.ToolSuccess, Own),
        (TelemetryNames.Turn.ToolDenied, Own),
        ("tool.", OpenInference),
        (TelemetryNames.OpenInference.System, OpenInference),
        (TelemetryNames.OpenInference.Provider, OpenInference),
        (TelemetryNames.OpenInference.ModelName, OpenInference),
        (TelemetryNames.OpenInference.InvocationParameters, OpenInference),
        (TelemetryNames.OpenInference.InputMessages, OpenInference),
        (TelemetryNames.OpenInference.OutputMessages, OpenInference),
        (TelemetryNames.OpenInference.Tools, OpenInference),
        (TelemetryNames.OpenInference.TokenCountPrefix, OpenInference),
        (TelemetryNames.Llm.Prefix, Own),
        ("agent.", Own),
    ];

    /// <summary>The groups that hold an attribute whose name or value contains <paramref name="search"/>, in a fixed order.</summary>
    /// <param name="attributes">The span's attributes.</param>
    /// <param name="search">Text to look for, case ignored; blank for everything.</param>
    public static ImmutableArray<AttributeGroup> Of(ImmutableArray<KeyValuePair<string, object?>> attributes, string? search = null)
    {
        var wanted = search?.Trim() ?? "";
        var groups = attributes
            .Where(attribute => wanted.Length == 0
                || attribute.Key.Contains(wanted, StringComparison.OrdinalIgnoreCase)
                || AttributeText.Of(attribute.Value).Contains(wanted, StringComparison.OrdinalIgnoreCase))
            .ToLookup(attribute => GroupOf(attribute.Key), StringComparer.Ordinal);
        return [.. Order.Where(groups.Contains).Select(title => new AttributeGroup(title, [.. groups[title]]))];
    }

    private static string GroupOf(string key)
    {
        foreach (var (prefix, group) in Prefixes)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
            {
                return group;
            }
        }

        return Other;
    }
}

/// <summary>Attributes of one vocabulary.</summary>
/// <param name="Title">What the vocabulary is called.</param>
/// <param name="Attributes">Its attributes, in the order they were set.</param>
public sealed record AttributeGroup(string Title, ImmutableArray<KeyValuePair<string, object?>> Attributes);
