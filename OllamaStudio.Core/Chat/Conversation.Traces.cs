namespace OllamaStudio.Core.Chat;

/// <content>Which of its turns a trace is of.</content>
public sealed partial class Conversation
{
    /// <summary>The reply whose spans are that trace; null where none is.</summary>
    internal MessageRecord? FindReply(string traceId) => AllMessages.FirstOrDefault(message => message.TraceId == traceId);

    /// <summary>The reply whose spans are that trace, and the prompt that it answers, which is null where there is none; null where no reply of it is.</summary>
    /// <param name="traceId">32 lower-case hexadecimal digits.</param>
    public (MessageRecord? Prompt, MessageRecord Reply)? FindTurn(string traceId) => Read<(MessageRecord?, MessageRecord)?>(() =>
    {
        var tree = CaughtUp();
        return tree.All.FirstOrDefault(message => message.TraceId == traceId) is { } reply
            ? (tree.PathTo(reply.Id).LastOrDefault(static message => message.Role is MessageRole.User), reply)
            : null;
    });
}
