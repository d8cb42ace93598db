using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>A conversation as JSON and back, with all that is known of it: <c>docs/formats.md</c> describes the file.</summary>
public static class ConversationJson
{
    private static readonly TransferJson s_laidOut = new(new(TransferJson.Default.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    private static readonly TransferJson s_compact = new(new(TransferJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    // Nothing is told of what a converter of ours writes: texts are texts.
    private static readonly JsonSchemaExporterOptions s_schema = new()
    {
        TransformSchemaNode = static (context, schema) => schema is JsonObject ? schema
            : context.TypeInfo.Type == typeof(string) ? new JsonObject { ["type"] = new JsonArray("string", "null") }
            : new JsonObject(),
    };

    // Anything that ran as long has not ended yet; beyond, it could not be stored.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(36_500);

    private static readonly SearchValues<char> s_idSigns = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Writes it for people as well: over many lines, its images within.</summary>
    public static Task WriteAsync(Stream stream, ConversationDocument conversation, CancellationToken cancellationToken) =>
        JsonSerializer.SerializeAsync(stream, ToFile(conversation, static image => image.TryRead() is { } data ? new ImageFile { MediaType = image.MediaType, Data = data.ToArray() } : null), s_laidOut.ConversationFile, cancellationToken);

    /// <summary>Reads what <see cref="WriteAsync"/> wrote.</summary>
    /// <exception cref="BrokenFileException">It is none, or one of a newer studio.</exception>
    public static async Task<ConversationDocument> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            return FromFile(await JsonSerializer.DeserializeAsync(stream, TransferJson.Default.ConversationFile, cancellationToken).ConfigureAwait(false), static image => image.Data ?? ReadOnlyMemory<byte>.Empty);
        }
        catch (JsonException fault)
        {
            throw BrokenFileException.From(fault);
        }
    }

    /// <summary>The JSON Schema of what <see cref="WriteAsync"/> writes.</summary>
    public static JsonNode ReadSchema() => JsonSchemaExporter.GetJsonSchemaAsNode(TransferJson.Default.ConversationFile, s_schema);

    /// <summary>Writes it on one line, its images elsewhere.</summary>
    internal static Task WriteCompactAsync(Stream stream, ConversationDocument conversation, Func<ToolImage, ImageFile?> image, CancellationToken cancellationToken) =>
        JsonSerializer.SerializeAsync(stream, ToFile(conversation, image), s_compact.ConversationFile, cancellationToken);

    /// <summary>Reads one that is held whole; its images may be elsewhere.</summary>
    /// <exception cref="BrokenFileException">It is none, or one of a newer studio.</exception>
    internal static ConversationDocument Read(ReadOnlySpan<byte> json, Func<ImageFile, ReadOnlyMemory<byte>> image, long line = 1, long column = 1)
    {
        try
        {
            return FromFile(JsonSerializer.Deserialize(json, TransferJson.Default.ConversationFile), image);
        }
        catch (JsonException fault)
        {
            throw BrokenFileException.From(fault, line, column);
        }
    }

    private static ConversationFile ToFile(ConversationDocument conversation, Func<ToolImage, ImageFile?> image) => new()
    {
        Format = ConversationFile.FormatName,
        Version = ConversationFile.CurrentVersion,
        Id = conversation.Id,
        Name = conversation.Name,
        CreatedAt = conversation.CreatedAt,
        UpdatedAt = conversation.UpdatedAt,
        Model = conversation.Model,
        DisabledTools = Some(conversation.DisabledTools),
        SystemPrompt = conversation.SystemPrompt,
        Parameters = conversation.Parameters,
        IsPinned = Some(conversation.IsPinned),
        IsArchived = Some(conversation.IsArchived),
        Tags = Some(conversation.Tags),
        Messages = [.. conversation.Messages.Select(message => ToFile(message, conversation.Shown.Contains(message.Id), image))],
    };

    private static MessageFile ToFile(MessageRecord message, bool isShown, Func<ToolImage, ImageFile?> image) => new()
    {
        Id = message.Id,
        ParentId = message.ParentId,
        Role = message.Role,
        Text = message.Text,
        Attachments = message.Attachments.IsEmpty ? null : [.. message.Attachments.Select(file => (image(file.Content) ?? new ImageFile { MediaType = file.Content.MediaType }) with { Name = file.Name })],
        Thinking = Some(message.Thinking),
        ToolCalls = message.ToolCalls.IsEmpty ? null : [.. message.ToolCalls.Select(call => ToFile(call, image))],
        State = message.State,
        Phase = message.Phase is default(TurnPhase) ? null : message.Phase,
        SilentSince = message.SilentSince,
        Pace = message.Pace,
        CreatedAt = message.CreatedAt,
        Model = message.Model,
        TraceId = message.TraceId,
        Sampled = Some(message.Sampled),
        Capture = message.Capture is default(CaptureLevel) ? null : message.Capture,
        Stats = message.Stats,
        FinishReason = message.FinishReason,
        Error = message.Error,
        Feedback = message.Feedback,
        Shown = Some(isShown),
    };

    private static CallFile ToFile(ToolCallRecord call, Func<ToolImage, ImageFile?> image)
    {
        ImageFile[] images = [.. call.Images.Select(image).OfType<ImageFile>()];
        return new()
        {
            Id = call.Id,
            Name = call.Name,
            Source = Some(call.Source),
            Arguments = call.Arguments,
            State = call.State,
            Result = Some(call.Result),
            Duration = call.Duration,
            Images = images.Length == 0 ? null : images,
            DroppedImages = Some(call.DroppedImages + call.Images.Length - images.Length),
            Round = Some(call.Round),
            TextOffset = Some(call.TextOffset),
            ThinkingOffset = Some(call.ThinkingOffset),
        };
    }

    private static ConversationDocument FromFile(ConversationFile? file, Func<ImageFile, ReadOnlyMemory<byte>> image)
    {
        if (file?.Format != ConversationFile.FormatName)
        {
            throw new BrokenFileException($"This is no conversation of OllamaStudio: \"format\" is not \"{ConversationFile.FormatName}\".");
        }

        if (file.Version is not (>= 1 and <= ConversationFile.CurrentVersion))
        {
            throw new BrokenFileException(FormattableString.Invariant($"The conversation is of version {file.Version} of its format, and this studio reads up to {ConversationFile.CurrentVersion}: take a newer studio."));
        }

        var messages = ImmutableArray.CreateBuilder<MessageRecord>(file.Messages?.Count ?? 0);
        var shown = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, message) in (file.Messages ?? []).Index())
        {
            var where = FormattableString.Invariant($"messages[{index}]");
            if (message is null)
            {
                throw new BrokenFileException($"{where} is null.");
            }

            var read = FromFile(message, where, image);
            if (!known.Add(read.Id))
            {
                throw new BrokenFileException($"{where} has the id \"{read.Id}\" of a message before it.");
            }

            if (read.ParentId is { } parent && (parent == read.Id || !known.Contains(parent)))
            {
                throw new BrokenFileException($"{where} follows the message \"{parent}\", which does not stand before it.");
            }

            messages.Add(read);
            if (message.Shown is true)
            {
                shown.Add(read.Id);
            }
        }

        return new ConversationDocument
        {
            Id = IdOf(file.Id, "id"),
            Name = file.Name,
            CreatedAt = TimeOf(file.CreatedAt, "createdAt"),
            UpdatedAt = TimeOf(file.UpdatedAt ?? file.CreatedAt, "updatedAt"),
            Model = file.Model,
            DisabledTools = [.. Texts(file.DisabledTools, "disabledTools")],
            SystemPrompt = file.SystemPrompt,
            Parameters = file.Parameters,
            IsPinned = file.IsPinned ?? false,
            IsArchived = file.IsArchived ?? false,
            Tags = ConversationTags.Fit(Texts(file.Tags, "tags")),
            Messages = messages.DrainToImmutable(),
            Shown = shown.ToImmutable(),
        };
    }

    private static MessageRecord FromFile(MessageFile message, string where, Func<ImageFile, ReadOnlyMemory<byte>> image) => new()
    {
        Id = IdOf(message.Id, where + ".id"),
        ParentId = message.ParentId,
        Role = message.Role ?? throw Lacks(where + ".role"),
        Text = message.Text ?? "",
        Attachments = [.. (message.Attachments ?? []).Select((file, index) => FromFile(file, FormattableString.Invariant($"{where}.attachments[{index}]"), image))],
        Thinking = message.Thinking ?? "",
        ToolCalls = [.. (message.ToolCalls ?? []).Select((call, index) => FromFile(call, FormattableString.Invariant($"{where}.toolCalls[{index}]"), image))],
        State = message.State ?? MessageState.Complete,
        Phase = message.Phase ?? default,
        SilentSince = message.SilentSince,
        Pace = message.Pace,
        CreatedAt = TimeOf(message.CreatedAt, where + ".createdAt"),
        Model = message.Model,
        TraceId = TraceIdOf(message.TraceId, where),
        Sampled = message.Sampled ?? false,
        Capture = message.Capture ?? default,
        Stats = message.Stats,
        FinishReason = message.FinishReason,
        Error = message.Error,
        Feedback = message.Feedback is { } feedback ? feedback with { Note = TextCut.Start(feedback.Note ?? "", ReplyFeedback.MaxNoteLength) } : null,
    };

    // What is neither here nor in an entry was gone when it was exported: its name is kept.
    private static Attachment FromFile(ImageFile file, string where, Func<ImageFile, ReadOnlyMemory<byte>> image)
    {
        var name = Needed(file?.Name, where + ".name");
        var mediaType = file!.MediaType ?? throw Lacks(where + ".mediaType");
        return new Attachment(name, file.Data is null && file.File is null ? ToolImage.Gone(mediaType) : new ToolImage(mediaType, image(file)));
    }

    private static ToolCallRecord FromFile(CallFile call, string where, Func<ImageFile, ReadOnlyMemory<byte>> image) => new()
    {
        Id = Needed(call?.Id, where + ".id"),
        Name = call!.Name ?? throw Lacks(where + ".name"),
        Source = call.Source ?? "",
        Arguments = call.Arguments ?? "{}",
        State = call.State ?? ToolCallState.Succeeded,
        Result = call.Result ?? "",
        Duration = call.Duration is not { } duration || (duration >= TimeSpan.Zero && duration < s_longest) ? call.Duration : throw new BrokenFileException($"\"{where}.duration\" is no duration."),
        Images = [.. (call.Images ?? []).Select(kept => new ToolImage(kept?.MediaType ?? throw Lacks(where + ".images.mediaType"), image(kept)))],
        DroppedImages = Math.Max(0, call.DroppedImages ?? 0),
        Round = Math.Max(0, call.Round ?? 0),
        TextOffset = Math.Max(0, call.TextOffset ?? 0),
        ThinkingOffset = Math.Max(0, call.ThinkingOffset ?? 0),
    };

    // They stand in addresses and in names of files.
    private static string IdOf(string? id, string name) => Needed(id, name) is { Length: <= 100 } needed && !needed.AsSpan().ContainsAnyExcept(s_idSigns) ? needed
        : throw new BrokenFileException($"\"{name}\" is no id: up to 100 letters, digits, - and _ are.");

    private static DateTimeOffset TimeOf(DateTimeOffset? time, string name) =>
        (time ?? throw Lacks(name)).ToUniversalTime() is { Year: >= 1970 and < 2260 } told ? told : throw new BrokenFileException($"\"{name}\" is no time after 1970.");

    private static string? TraceIdOf(string? id, string where) =>
        id is null || (id.Length == 32 && id.All(char.IsAsciiHexDigit)) ? id : throw new BrokenFileException($"\"{where}.traceId\" must have 32 hexadecimal digits.");

    private static IEnumerable<string> Texts(IReadOnlyList<string>? texts, string name) =>
        (texts ?? []).Select((text, index) => text ?? throw new BrokenFileException(FormattableString.Invariant($"{name}[{index}] is null.")));

    private static string Needed(string? id, string name) => string.IsNullOrEmpty(id) ? throw Lacks(name) : id;

    private static BrokenFileException Lacks(string name) => new($"\"{name}\" is missing.");

    private static string? Some(string text) => text.Length == 0 ? null : text;

    private static bool? Some(bool value) => value ? true : null;

    private static int? Some(int value) => value == 0 ? null : value;

    private static ImmutableArray<string>? Some(ImmutableArray<string> texts) => texts.IsEmpty ? null : texts;
}
