using System.Text.Json;
using System.Text.Json.Serialization;
using OllamaStudio.Core.Ollama.Json;

namespace OllamaStudio.Core.Ollama;

/// <summary>A tool that the model may call.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does, for the model; null or empty is left out.</param>
/// <param name="Parameters">JSON schema of its arguments, an object, free of boolean sub-schemas: Ollama cannot decode them.</param>
[JsonConverter(typeof(ToolConverter))]
public sealed record OllamaTool(string Name, string? Description, JsonElement Parameters);
