namespace OllamaStudio.Tests.Support;

/// <summary>A span as it arrived at an <see cref="OtlpReceiver"/>.</summary>
public sealed record OtlpReceiverSpan
{
    public required string Name { get; init; }

    /// <summary>32 hex digits.</summary>
    public required string TraceId { get; init; }

    /// <summary>16 hex digits.</summary>
    public required string SpanId { get; init; }

    /// <summary>16 hex digits; empty for a root.</summary>
    public required string ParentSpanId { get; init; }

    /// <summary>OTLP's number: 1 internal, 2 server, 3 client, 4 producer, 5 consumer.</summary>
    public required int Kind { get; init; }

    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset End { get; init; }

    /// <summary>OTLP's number: 0 unset, 1 ok, 2 error.</summary>
    public required int StatusCode { get; init; }

    public required string StatusMessage { get; init; }

    /// <summary>string, bool, long, double, byte[], or object?[] of these.</summary>
    public required IReadOnlyDictionary<string, object?> Attributes { get; init; }

    /// <summary>Attributes that the sender cut off.</summary>
    public required int DroppedAttributes { get; init; }

    public required IReadOnlyList<OtlpReceiverEvent> Events { get; init; }

    /// <summary>Attributes of the resource it came with.</summary>
    public required IReadOnlyDictionary<string, object?> Resource { get; init; }

    /// <summary>Name of the instrumentation scope, that is, of the activity source.</summary>
    public required string Scope { get; init; }

    /// <summary>Where Phoenix would put it: header, else resource, else <c>default</c>.</summary>
    public required string Project { get; init; }

    /// <summary>Headers of the request it came with, by name without regard to case.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The same without texts of more than 2,000 characters among its attributes.</summary>
    public OtlpReceiverSpan WithoutContent() => this with
    {
        Attributes = Attributes.Where(one => one.Value is not string { Length: > 2000 }).ToDictionary(StringComparer.Ordinal),
    };
}

/// <summary>An event of a span.</summary>
public sealed record OtlpReceiverEvent(string Name, IReadOnlyDictionary<string, object?> Attributes);
