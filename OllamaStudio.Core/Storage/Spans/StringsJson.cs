using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>Lists and maps of texts as JSON.</summary>
[JsonSerializable(typeof(ImmutableArray<string>))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class StringsJson : JsonSerializerContext;
