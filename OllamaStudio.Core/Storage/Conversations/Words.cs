using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Storage.Conversations;

/// <summary>The words that stand for values in the database.</summary>
internal static class Words
{
    public static string Of(MessageRole role) => role is MessageRole.User ? "user" : "assistant";

    public static MessageRole ToRole(string word) => word == "user" ? MessageRole.User : MessageRole.Assistant;

    public static string Of(MessageState state) => state switch
    {
        MessageState.Complete => "complete",
        MessageState.Streaming => "streaming",
        MessageState.Stopped => "stopped",
        MessageState.Failed => "failed",
        _ => "interrupted",
    };

    /// <summary>One that is still being written was so when the studio ended: whatever is written in this process is in memory.</summary>
    public static MessageState ToState(string word) => word switch
    {
        "complete" => MessageState.Complete,
        "stopped" => MessageState.Stopped,
        "failed" => MessageState.Failed,
        _ => MessageState.Interrupted,
    };

    public static string Of(ToolCallState state) => state switch
    {
        ToolCallState.Running => "running",
        ToolCallState.AwaitingApproval => "awaiting",
        ToolCallState.Succeeded => "succeeded",
        ToolCallState.Failed => "failed",
        ToolCallState.Denied => "denied",
        _ => "cancelled",
    };

    /// <summary>As with <see cref="ToState"/>: one that ran or waited was cancelled by the end of the studio.</summary>
    public static ToolCallState ToCallState(string word) => word switch
    {
        "succeeded" => ToolCallState.Succeeded,
        "failed" => ToolCallState.Failed,
        "denied" => ToolCallState.Denied,
        _ => ToolCallState.Cancelled,
    };

    public static string Of(ReplyThumb thumb) => thumb is ReplyThumb.Up ? "up" : "down";

    public static ReplyThumb ToThumb(string word) => word == "up" ? ReplyThumb.Up : ReplyThumb.Down;

    public static string Of(CaptureLevel level) => level switch
    {
        CaptureLevel.Off => "off",
        CaptureLevel.Preview => "preview",
        _ => "full",
    };

    public static CaptureLevel ToCapture(string word) => word switch
    {
        "off" => CaptureLevel.Off,
        "preview" => CaptureLevel.Preview,
        _ => CaptureLevel.Full,
    };
}
