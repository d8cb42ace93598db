using System.Text.Json.Serialization;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Core.Storage.Conversations;

/// <summary>What of a conversation is stored as JSON: small things that nothing is searched by.</summary>
[JsonSourceGenerationOptions(IgnoreReadOnlyProperties = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TurnStats))]
[JsonSerializable(typeof(ReplyPace))]
[JsonSerializable(typeof(SideBySide))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class ConversationJson : JsonSerializerContext;
