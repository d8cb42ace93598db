using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OllamaSharp.Models;
using OllamaSharp.Models.Chat;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>Source-generated JSON of OllamaSharp's requests and answers; how it is used: <see cref="Wire"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ChatRequest))]
[JsonSerializable(typeof(OllamaChatRequest))]
[JsonSerializable(typeof(OllamaMessage))]
[JsonSerializable(typeof(OllamaOptions))]
[JsonSerializable(typeof(OllamaTool))]
[JsonSerializable(typeof(ShowModelRequest))]
[JsonSerializable(typeof(PullModelRequest))]
[JsonSerializable(typeof(CreateModelRequest))]
[JsonSerializable(typeof(CopyModelRequest))]
[JsonSerializable(typeof(DeleteModelRequest))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(float))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(JsonNode))]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(ChatResponseStream))]
[JsonSerializable(typeof(ListModelsResponse))]
[JsonSerializable(typeof(InstalledModel))]
[JsonSerializable(typeof(InstalledDetails))]
[JsonSerializable(typeof(ListRunningModelsResponse))]
[JsonSerializable(typeof(ShowModelResponse))]
[JsonSerializable(typeof(PullModelResponse))]
[JsonSerializable(typeof(CreateModelResponse))]
[JsonSerializable(typeof(OllamaLogprob[]))]
internal sealed partial class OllamaJson : JsonSerializerContext;
