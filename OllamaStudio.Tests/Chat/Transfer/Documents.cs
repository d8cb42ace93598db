using System.Collections.Immutable;
using CsCheck;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Tests.Chat.Transfer;

/// <summary>Conversations of any shape, with all that a message can hold.</summary>
internal static class Documents
{
    public static readonly DateTimeOffset Start = new(2026, 11, 26, 9, 30, 0, TimeSpan.Zero);

    private static readonly Gen<string> AnyText = Gen.Frequency(
        (3, Gen.String[Gen.Char['\0', '\uffff'], 0, 12]),
        (1, Gen.OneOf([.. new[] { "", "plain", "line\nbreak\r\n", "\ud83e", "\udd16 low first", "\ud83e\udd16", "\0", "\u2028", "\\ud83e", "\"quoted\" \\ <b>&amp;", "\ud83e\ud83e\udd16", "ends high \ud83e" }.Select(Gen.Const)])));

    private static readonly Gen<DateTimeOffset> AnyTime = Gen.Long[0, TimeSpan.TicksPerDay * 400].Select(static ticks => Start.AddTicks(ticks));

    private static readonly Gen<TimeSpan> AnyDuration = Gen.Long[0, TimeSpan.TicksPerHour * 30].Select(static ticks => new TimeSpan(ticks));

    private static readonly Gen<ReplyLogprobs> AnyLogprobs =
        from lengths in Gen.Int[1, 9].Array[0, 4]
        from gaps in Gen.Int[0, 2].Array[4]
        from logprob in Gen.Double[-20, 0]
        from other in Gen.String[Gen.Char['\0', '\ud7ff'], 0, 12]
        select ReplyLogprobs.Of([.. lengths.Select((length, index) => new TokenProbability((index * 12) + gaps[index], length, logprob, index == 0 ? [new OtherToken(other, logprob)] : []))]);

    private static readonly Gen<TurnStats> AnyStats =
        from counts in Gen.Long[0, 100_000].Nullable().Array[3]
        from durations in AnyDuration.Nullable().Array[10]
        from logprobs in AnyLogprobs.Null()
        select new TurnStats
        {
            InputTokens = counts[0], CachedTokens = counts[1], OutputTokens = counts[2], Duration = durations[0], TimeToFirstChunk = durations[1], TimeToFirstAnswer = durations[2],
            ThinkingDuration = durations[3], ToolDuration = durations[4], ApprovalDuration = durations[5], TotalDuration = durations[6], LoadDuration = durations[7],
            PromptEvalDuration = durations[8], EvalDuration = durations[9], QueueDuration = durations[0], Logprobs = logprobs,
        };

    private static readonly Gen<ToolCallRecord> AnyCall =
        from texts in AnyText.Array[4]
        from state in Gen.Enum<ToolCallState>()
        from duration in AnyDuration.Nullable()
        from numbers in Gen.Int[0, 5].Array[4]
        from images in Gen.Byte.Array[0, 40].Array[0, 2]
        select new ToolCallRecord
        {
            Id = Guid.NewGuid().ToString("N"), Name = texts[0], Source = texts[1], Arguments = texts[2], Result = texts[3], State = state, Duration = duration,
            Images = [.. images.Select(static bytes => new ToolImage("image/png", bytes))], DroppedImages = numbers[0], Round = numbers[1], TextOffset = numbers[2], ThinkingOffset = numbers[3],
        };

    private static readonly Gen<MessageRecord> AnyMessage =
        from texts in AnyText.Array[2]
        from maybe in AnyText.Null().Array[5]
        from role in Gen.Enum<MessageRole>()
        from state in Gen.Enum<MessageState>()
        from phase in Gen.Enum<TurnPhase>()
        from capture in Gen.Enum<CaptureLevel>()
        from sampled in Gen.Bool
        from created in AnyTime
        from silent in AnyTime.Nullable()
        from calls in AnyCall.Array[0, 2]
        from names in AnyText.Array[0, 2]
        from bytes in Gen.Byte.Array[0, 40]
        from stats in AnyStats.Null()
        from pace in Gen.Select(Gen.Int[1, 1000], AnyDuration, AnyTime.Nullable(), static (chunks, duration, last) => new ReplyPace(chunks, duration, last)).Null()
        from feedback in Gen.Select(Gen.Enum<ReplyThumb>(), AnyText, static (thumb, note) => new ReplyFeedback(thumb, note)).Null()
        select new MessageRecord
        {
            Feedback = feedback,
            Id = Guid.NewGuid().ToString("N"), Role = role, Text = texts[0], Thinking = texts[1], ToolCalls = [.. calls], Attachments = [.. names.Select((name, index) => new Attachment("f" + name, new ToolImage(index == 0 ? "image/png" : "text/plain", bytes)))], State = state, Phase = phase, SilentSince = silent, Pace = pace, CreatedAt = created,
            Model = maybe[0], TraceId = maybe[1] is null ? null : Guid.NewGuid().ToString("N"), Sampled = sampled, Capture = capture, Stats = stats, FinishReason = maybe[2], Error = maybe[3] is { } error ? new MessageError(error, maybe[4]) : null,
        };

    /// <summary>Up to so many messages, each below any one before it or a first one.</summary>
    public static Gen<ConversationDocument> Any(int most = 12) =>
        from messages in AnyMessage.Array[0, most]
        from parents in Gen.Int[-1, most].Array[most]
        from shown in Gen.Bool.Array[most]
        from maybe in AnyText.Null().Array[4]
        from flags in Gen.Bool.Array[2]
        from words in AnyText.Array[0, 3]
        from times in AnyTime.Array[2]
        select Tree(messages, parents, shown) with
        {
            Name = maybe[0], Model = maybe[1], SystemPrompt = maybe[2], Parameters = maybe[3], IsPinned = flags[0], IsArchived = flags[1], Tags = ConversationTags.Fit(words), DisabledTools = [.. words],
            CreatedAt = times[0], UpdatedAt = times[1],
        };

    /// <summary>A conversation of messages one after another.</summary>
    public static ConversationDocument Line(string id, params MessageRecord[] messages) => new()
    {
        Id = id,
        CreatedAt = Start,
        UpdatedAt = Start,
        Messages = [.. messages.Select((message, index) => message with { ParentId = index == 0 ? null : messages[index - 1].Id })],
    };

    public static MessageRecord Prompt(string id, string text) => new() { Id = id, Role = MessageRole.User, Text = text, CreatedAt = Start };

    public static MessageRecord Reply(string id, string text) => new() { Id = id, Role = MessageRole.Assistant, Text = text, CreatedAt = Start.AddSeconds(3), Model = "qwen3:8b" };

    /// <summary>That both hold the same, images compared by their bytes.</summary>
    public static void AssertSame(ConversationDocument expected, ConversationDocument actual)
    {
        Assert.Equal(Head(expected), Head(actual));
        Assert.Equal(expected.DisabledTools.AsEnumerable(), actual.DisabledTools);
        Assert.Equal(expected.Tags.AsEnumerable(), actual.Tags);
        Assert.Equal(expected.Shown.Order(StringComparer.Ordinal), actual.Shown.Order(StringComparer.Ordinal));
        Assert.Equal(expected.Messages.Select(static message => message with { ToolCalls = [], Attachments = [] }), actual.Messages.Select(static message => message with { ToolCalls = [], Attachments = [] }));
        Assert.Equal(Files(expected), Files(actual));
        Assert.Equal(Calls(expected).Select(static call => call with { Images = [] }), Calls(actual).Select(static call => call with { Images = [] }));
        Assert.Equal(Images(expected), Images(actual));

        static ConversationDocument Head(ConversationDocument document) => document with { DisabledTools = [], Tags = [], Messages = [], Shown = [] };
        static IEnumerable<ToolCallRecord> Calls(ConversationDocument document) => document.Messages.SelectMany(static message => message.ToolCalls);
        static IEnumerable<string> Files(ConversationDocument document) => document.Messages.SelectMany(static message => message.Attachments, static (message, file) => $"{message.Id} {file.Name} {file.Content.MediaType} {Convert.ToHexString(file.Content.Read().Span)}");
        static IEnumerable<string> Images(ConversationDocument document) => Calls(document).SelectMany(static call => call.Images, static (call, image) => $"{call.Id} {image.MediaType} {Convert.ToHexString(image.Read().Span)}");
    }

    private static ConversationDocument Tree(MessageRecord[] messages, int[] parents, bool[] shown)
    {
        var placed = messages.Select((message, index) => parents[index] < 0 || index == 0 ? message : message with { ParentId = messages[parents[index] % index].Id }).ToImmutableArray();
        return new ConversationDocument
        {
            Id = Guid.NewGuid().ToString("N"), CreatedAt = Start, UpdatedAt = Start, Messages = placed,
            Shown = [.. placed.GroupBy(static message => message.ParentId).SelectMany(siblings => siblings.Where((_, index) => shown[index % shown.Length]).Take(1)).Select(static message => message.Id)],
        };
    }
}
