using System.Text.Json.Serialization;

namespace OllamaStudio.Core.Export;

/// <summary>A page of Phoenix's <c>GET /v1/projects/{project}/spans</c>, of which only the ids are read: {"data":[{"context":{"trace_id":"…","span_id":"…"}, …}],"next_cursor":null}.</summary>
internal sealed record PhoenixSpans(IReadOnlyList<PhoenixSpan>? Data);

/// <summary>One span of it.</summary>
internal sealed record PhoenixSpan(PhoenixSpanContext? Context);

/// <summary>Its ids.</summary>
internal sealed record PhoenixSpanContext(string? SpanId);

/// <summary>Reads <see cref="PhoenixSpans"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PhoenixSpans))]
internal sealed partial class PhoenixJson : JsonSerializerContext;
