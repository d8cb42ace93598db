using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OllamaSharp.Models;
using OllamaSharp.Models.Chat;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>
/// Puts source-generated JSON into the options of a client of OllamaSharp's, in the place of reflection: quicker at the first request,
/// and open for what the requests lack and the answers get wrong. All clients share one, and so what it has built.
/// </summary>
internal static class Wire
{
    /// <summary>The order in which the fields of a chat are sent: it means nothing to Ollama, and something to whoever reads a capture.</summary>
    private static readonly string[] Order =
    [
        "model", "role", "content", "thinking", "images", "tool_calls", "tool_name", "tool_call_id", "id", "function",
        "messages", "tools", "format", "think", "keep_alive", "options", "truncate", "shift", "logprobs", "top_logprobs", "stream",
        "num_ctx", "num_batch", "num_gpu", "main_gpu", "use_mmap", "num_thread", "num_keep", "seed", "num_predict", "temperature", "top_k", "top_p",
        "min_p", "typical_p", "repeat_last_n", "repeat_penalty", "presence_penalty", "frequency_penalty", "stop",
    ];

    private static readonly IJsonTypeInfoResolver Requests = OllamaJson.Default.WithAddedModifier(Complete);

    private static readonly IJsonTypeInfoResolver Answers = OllamaJson.Default.WithAddedModifier(LenientAnswers.Apply);

    private static readonly JsonSerializerOptions Sent = new() { TypeInfoResolver = Requests, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private static readonly JsonSerializerOptions Shown = new(Sent) { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonConverter[] Converters = [new ChatChunkConverter(), new ErrorConverter(), new VersionConverter()];

    /// <summary>Prepares both options of a client of OllamaSharp's, before their first use.</summary>
    public static void Prepare(JsonSerializerOptions outgoing, JsonSerializerOptions incoming)
    {
        outgoing.TypeInfoResolver = Requests;
        outgoing.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        incoming.TypeInfoResolver = Answers;
        foreach (JsonConverter converter in Converters)
        {
            incoming.Converters.Add(converter);
        }
    }

    /// <summary>Whether nothing of them would be sent.</summary>
    public static bool IsEmpty(OllamaOptions options) => JsonSerializer.SerializeToUtf8Bytes(options, Sent.GetTypeInfo(typeof(OllamaOptions))).Length == 2;

    /// <summary>What is sent for a chat, indented, for people: the same fields in the same order.</summary>
    public static string Show(OllamaChatRequest request) => JsonSerializer.Serialize(request, Shown.GetTypeInfo(typeof(OllamaChatRequest)));

    /// <summary>The same request with the length of each image in its place; itself where there is none.</summary>
    public static OllamaChatRequest WithoutImages(OllamaChatRequest request)
    {
        if (request.Messages?.Any(static message => message.Images is { Length: > 0 }) is not true)
        {
            return request;
        }

        var copy = request.As(request.Stream);
        copy.Messages = [.. request.Messages.Cast<OllamaMessage>().Select(static message => message.Images is null ? message : new OllamaMessage
        {
            Role = message.Role, Content = message.Content, Thinking = message.Thinking, ToolCalls = message.ToolCalls, ToolName = message.ToolName, ToolCallId = message.ToolCallId,
            Images = [.. message.Images.Select(static image => string.Create(CultureInfo.InvariantCulture, $"({image.Length:N0} characters of base64)"))],
        })];
        return copy;
    }

    /// <summary>What is sent for a chat, to be changed.</summary>
    public static JsonObject ToNode(OllamaChatRequest request) => JsonSerializer.SerializeToNode(request, Sent.GetTypeInfo(typeof(OllamaChatRequest)))!.AsObject();

    private static void Complete(JsonTypeInfo type)
    {
        // OllamaSharp's own headers for the request; and its "stream":false on a call that it reads as a stream.
        Remove(type, typeof(OllamaRequest), "CustomHeaders");
        Remove(type, typeof(CreateModelRequest), "stream");
        if (type.Type == typeof(CreateModelRequest) || type.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        // What is declared as OllamaSharp's type is written as ours, with what that one adds.
        Type? ours = type.Type == typeof(ChatRequest) ? typeof(OllamaChatRequest)
            : type.Type == typeof(Message) ? typeof(OllamaMessage)
            : type.Type == typeof(RequestOptions) ? typeof(OllamaOptions)
            : null;
        if (ours is not null)
        {
            type.PolymorphismOptions = new JsonPolymorphismOptions { DerivedTypes = { new JsonDerivedType(ours) } };
        }

        foreach (JsonPropertyInfo property in type.Properties.Where(property => !property.IsExtensionData))
        {
            property.Order = Array.IndexOf(Order, property.Name);
        }
    }

    private static void Remove(JsonTypeInfo type, Type owner, string name)
    {
        if (owner.IsAssignableFrom(type.Type) && type.Properties.FirstOrDefault(property => property.Name == name) is { } property)
        {
            type.Properties.Remove(property);
        }
    }
}
