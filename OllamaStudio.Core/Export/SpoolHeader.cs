using System.Text.Json.Serialization;

namespace OllamaStudio.Core.Export;

/// <summary>What a file of the spool says of its body.</summary>
internal sealed record SpoolHeader(string Endpoint, string? Encoding, string Project, DateTimeOffset Written, int BodyBytes, IReadOnlyList<string> Spans);

/// <summary>Reads and writes <see cref="SpoolHeader"/>.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SpoolHeader))]
internal sealed partial class SpoolJson : JsonSerializerContext;
