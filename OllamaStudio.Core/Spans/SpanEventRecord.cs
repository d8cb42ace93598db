using System.Collections.Immutable;

namespace OllamaStudio.Core.Spans;

/// <summary>Something that happened within a span, such as an exception.</summary>
/// <param name="Name">The event's name.</param>
/// <param name="Time">When, UTC.</param>
/// <param name="Attributes">Attributes in the order they were set.</param>
public sealed record SpanEventRecord(string Name, DateTimeOffset Time, ImmutableArray<KeyValuePair<string, object?>> Attributes);
