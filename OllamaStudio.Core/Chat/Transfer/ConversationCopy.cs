using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>Makes a second conversation of one.</summary>
internal static class ConversationCopy
{
    /// <summary>What a copy's name ends with where it is a branch of the original.</summary>
    public const string BranchSuffix = " (branch)";

    private const string CopySuffix = " (copy)";

    /// <summary>The same under another id, neither pinned nor put away. Ids of messages and images are new: they are unique among all conversations.</summary>
    /// <param name="original">The one.</param>
    /// <param name="title">Its title.</param>
    /// <param name="id">The copy's id.</param>
    /// <param name="now">When the copy begins, UTC.</param>
    /// <param name="suffix">What its name ends with.</param>
    public static ConversationDocument Of(ConversationDocument original, string title, string id, DateTimeOffset now, string suffix = CopySuffix)
    {
        var ids = original.Messages.ToDictionary(static message => message.Id, _ => Guid.CreateVersion7(now).ToString("N"), StringComparer.Ordinal);
        return original with
        {
            Id = id,
            Name = TextCut.Shorten(title, Conversation.TitleLength - suffix.Length - 1) + suffix, // and the sign of the cut
            CreatedAt = now,
            UpdatedAt = now,
            IsPinned = false,
            IsArchived = false,
            Messages = [.. original.Messages.Select(message => Ended(message) with { Id = ids[message.Id], ParentId = message.ParentId is { } parent ? ids[parent] : null, ToolCalls = [.. message.ToolCalls.Select(Ended)], Attachments = [.. message.Attachments.Select(static file => file.WithNewId())] })],
            Shown = [.. original.Shown.Select(shown => ids[shown])],
        };
    }

    /// <summary>Parts a title into what it was and the mark of a copy.</summary>
    public static (string Stem, string Mark) Part(string title) =>
        ((string[])[BranchSuffix, CopySuffix]).FirstOrDefault(suffix => title.Length > suffix.Length && title.EndsWith(suffix, StringComparison.Ordinal)) is { } mark
            ? (title[..^mark.Length], mark) : (title, "");

    private static MessageRecord Ended(MessageRecord message) =>
        message.IsStreaming ? message with { State = MessageState.Interrupted, Phase = default, SilentSince = null } : message;

    private static ToolCallRecord Ended(ToolCallRecord call) => call with
    {
        State = call.IsPending ? ToolCallState.Cancelled : call.State,
        Images = [.. call.Images.Select(static image => image.WithNewId())],
    };
}
