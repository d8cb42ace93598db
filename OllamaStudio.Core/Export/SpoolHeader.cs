using System.Text.Json.Serialization;

namespace OllamaStudio.Core.Export;

/// <summary>What a file of the spool says of its body.</summary>
/// <param name="Endpoint">Where it is to go.</param>
/// <param name="Encoding">Content encoding of the body; null for none.</param>
/// <param name="Project">The project that the request names.</param>
/// <param name="Written">When it was first written, UTC.</param>
/// <param name="BodyBytes">How long the body is.</param>
/// <param name="Spans">Trace and span id of each span that counts: all that are in the body or, of one that went again, those that were missing.</param>
/// <param name="Resends">How often it went again. Files of earlier versions do not say it.</param>
internal sealed record SpoolHeader(string Endpoint, string? Encoding, string Project, DateTimeOffset Written, int BodyBytes, IReadOnlyList<string> Spans, int Resends = 0);

/// <summary>Reads and writes <see cref="SpoolHeader"/>.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SpoolHeader))]
internal sealed partial class SpoolJson : JsonSerializerContext;
