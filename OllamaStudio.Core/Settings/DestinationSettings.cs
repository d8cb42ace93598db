using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace OllamaStudio.Core.Settings;

/// <summary>One place that spans are sent to.</summary>
public sealed record DestinationSettings
{
    /// <summary>The full OTLP/HTTP traces URL. <c>PHOENIX_ENDPOINT</c>. Absolute, http or https.</summary>
    public string Endpoint { get; init; } = "http://localhost:6006/v1/traces";

    /// <summary>Phoenix project that traces land in. <c>PHOENIX_PROJECT_NAME</c>. Not blank.</summary>
    public string ProjectName { get; init; } = "default";

    /// <summary>Sent as <c>authorization: Bearer …</c>; null or empty sends none. <c>PHOENIX_API_KEY</c>. Never logged, never shown.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Further HTTP headers of the export. <c>OTEL_EXPORTER_OTLP_HEADERS</c>. Values may be secrets: never logged or shown.</summary>
    public ImmutableSortedDictionary<string, string> Headers { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal); // the type's own Empty would compare names by culture

    // Written by hand because a record prints all of its members, and this one must be safe to log: no key, no header's value, no query.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Endpoint = {Endpoint?.Split('?')[0]}, ProjectName = {ProjectName}, ");
        builder.Append(string.IsNullOrEmpty(ApiKey) ? "no API key" : "an API key");
        builder.Append(CultureInfo.InvariantCulture, $", headers [{string.Join(", ", Headers.Keys)}]");
        return true;
    }
}
