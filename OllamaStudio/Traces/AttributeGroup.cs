using System.Collections.Immutable;

namespace OllamaStudio.Traces;

/// <summary>Attributes of one vocabulary.</summary>
/// <param name="Title">What the vocabulary is called.</param>
/// <param name="Attributes">Its attributes, in the order they were set.</param>
public sealed record AttributeGroup(string Title, ImmutableArray<KeyValuePair<string, object?>> Attributes);
