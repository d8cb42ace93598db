using System.Text.Json;
using System.Text.Json.Serialization;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>
/// The JSON of a conversation. <c>docs/formats.md</c> describes it; what is null, empty or false is left out. Names that a later version adds are ignored
/// by this one; a change that this one would misread raises <see cref="CurrentVersion"/>.
/// </summary>
internal sealed record ConversationFile
{
    public const string FormatName = "ollamastudio.conversation";
    public const int CurrentVersion = 1;

    public string? Format { get; init; }

    public int? Version { get; init; }

    public string? Id { get; init; }

    public string? Name { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    public string? Model { get; init; }

    public IReadOnlyList<string>? DisabledTools { get; init; }

    public string? SystemPrompt { get; init; }

    public string? Parameters { get; init; }

    public bool? IsPinned { get; init; }

    public bool? IsArchived { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public IReadOnlyList<MessageFile>? Messages { get; init; }
}

/// <summary>One message in it; its properties are those of <see cref="MessageRecord"/>.</summary>
internal sealed record MessageFile
{
    public string? Id { get; init; }

    public string? ParentId { get; init; }

    public MessageRole? Role { get; init; }

    public string? Text { get; init; }

    public IReadOnlyList<ImageFile>? Attachments { get; init; }

    public string? Thinking { get; init; }

    public IReadOnlyList<CallFile>? ToolCalls { get; init; }

    public MessageState? State { get; init; }

    public TurnPhase? Phase { get; init; }

    public DateTimeOffset? SilentSince { get; init; }

    public ReplyPace? Pace { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public string? Model { get; init; }

    public string? TraceId { get; init; }

    public bool? Sampled { get; init; }

    public CaptureLevel? Capture { get; init; }

    public TurnStats? Stats { get; init; }

    public string? FinishReason { get; init; }

    public MessageError? Error { get; init; }

    public ReplyFeedback? Feedback { get; init; }

    /// <summary>Whether it is shown among its siblings; null for no.</summary>
    public bool? Shown { get; init; }
}

/// <summary>One tool call; its properties are those of <see cref="ToolCallRecord"/>.</summary>
internal sealed record CallFile
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Source { get; init; }

    public string? Arguments { get; init; }

    public ToolCallState? State { get; init; }

    public string? Result { get; init; }

    public TimeSpan? Duration { get; init; }

    public IReadOnlyList<ImageFile>? Images { get; init; }

    public int? DroppedImages { get; init; }

    public int? Round { get; init; }

    public int? TextOffset { get; init; }

    public int? ThinkingOffset { get; init; }
}

/// <summary>One image or attached file: its bytes, or in an archive the name of the entry that has them; neither where they are gone.</summary>
internal sealed record ImageFile
{
    /// <summary>An attached file's name; null for an image of a tool.</summary>
    public string? Name { get; init; }

    public string? MediaType { get; init; }

    public byte[]? Data { get; init; }

    public string? File { get; init; }
}

/// <summary>An enum as its name in camel case.</summary>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;

[JsonSerializable(typeof(ConversationFile))]
[JsonSerializable(typeof(ArchiveManifest))]
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.General,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    Converters =
    [
        typeof(ExactText), typeof(WordConverter<MessageRole>), typeof(WordConverter<MessageState>), typeof(WordConverter<TurnPhase>), typeof(WordConverter<CaptureLevel>),
        typeof(WordConverter<ToolCallState>), typeof(WordConverter<ReplyThumb>),
    ])]
internal sealed partial class TransferJson : JsonSerializerContext;
