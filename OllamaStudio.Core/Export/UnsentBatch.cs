namespace OllamaStudio.Core.Export;

/// <summary>A request that the endpoint did not take, as it was sent.</summary>
/// <param name="Body">The serialized spans, with their resource.</param>
/// <param name="Encoding">Content encodings of the body, in their order; empty for none.</param>
/// <param name="Project">The project that the request names.</param>
/// <param name="TraceIds">The trace id of each span within.</param>
internal sealed record UnsentBatch(byte[] Body, IReadOnlyList<string> Encoding, string Project, IReadOnlyCollection<string> TraceIds);
