using System.Text.Json.Serialization;

namespace OllamaStudio.Core.Export;

/// <summary>A page of Phoenix's <c>GET /v1/projects/{project}/spans</c>, of which only the ids are read: {"data":[{"context":{"trace_id":"…","span_id":"…"}, …}],"next_cursor":null}.</summary>
internal sealed record PhoenixSpans(IReadOnlyList<PhoenixSpan>? Data);

/// <summary>One span of it.</summary>
internal sealed record PhoenixSpan(PhoenixSpanContext? Context);

/// <summary>Its ids.</summary>
internal sealed record PhoenixSpanContext(string? SpanId);

/// <summary>The body of Phoenix's <c>POST /v1/span_annotations</c>.</summary>
internal sealed record PhoenixAnnotations(IReadOnlyList<PhoenixAnnotation> Data);

/// <summary>One annotation of it. Another with the same span, name and identifier takes its place.</summary>
internal sealed record PhoenixAnnotation(string SpanId, string Name, string AnnotatorKind, string Identifier, PhoenixResult Result, PhoenixMetadata Metadata)
{
    /// <summary>The name of a person's feedback.</summary>
    public const string Feedback = "user_feedback";

    /// <summary>The annotator kind of a person.</summary>
    public const string Human = "HUMAN";

    /// <summary>The identifier of what this studio says; of a copy of the reply, with the copy's id after it and a colon between.</summary>
    public const string Studio = "ollamastudio";
}

/// <summary>What it says.</summary>
internal sealed record PhoenixResult(string Label, double? Score, string? Explanation);

/// <summary>What else is known of it.</summary>
internal sealed record PhoenixMetadata(string MessageId);

/// <summary>Reads <see cref="PhoenixSpans"/>, writes <see cref="PhoenixAnnotations"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PhoenixSpans))]
[JsonSerializable(typeof(PhoenixAnnotations))]
internal sealed partial class PhoenixJson : JsonSerializerContext;
