using System.Collections.Immutable;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Spans;

/// <summary>What made a span, as OpenTelemetry's resource attributes tell it. One object for all spans of a run, as far as settings stay.</summary>
/// <param name="Attributes">Attributes in their order; values as those of a span.</param>
public sealed record SpanResource(ImmutableArray<KeyValuePair<string, object?>> Attributes)
{
    /// <summary>Nothing is known.</summary>
    public static SpanResource Unknown { get; } = new([]);

    /// <summary><c>service.name</c>; null where unknown.</summary>
    public string? ServiceName { get; } = Attributes.FirstOrDefault(static attribute => attribute.Key == ResourceNames.ServiceName).Value as string;
}
