using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Chat;

/// <content>How it ended.</content>
internal sealed partial class Generation
{
    /// <summary>Writes how the turn ended. The first call counts.</summary>
    public void Finish(TurnResult result)
    {
        servers.Changed -= OnServersChanged;
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
        }

        var waited = time.GetUtcNow();
        if (_continuation?.Flush() is { Length: > 0 } rest)
        {
            conversation.Append(rest, null, replyId);
        }

        _calls.Stop();
        conversation.UpdateReply(reply => reply with
        {
            State = result.Outcome switch
            {
                TurnOutcome.Completed => MessageState.Complete,
                TurnOutcome.Stopped => MessageState.Stopped,
                _ => _continuation is null ? MessageState.Failed : MessageState.Interrupted, // it has the text that there was before
            },
            Stats = result.Stats with
            {
                Duration = result.Stats.Duration ?? waited - reply.CreatedAt,
                Repetition = reply.Warnings.FirstOrDefault(static warning => warning.Kind is ReplyWarningKind.Repeating) ?? result.Stats.Repetition,
                Outgrown = reply.Warnings.FirstOrDefault(static warning => warning.Kind is ReplyWarningKind.Outgrown) ?? result.Stats.Outgrown,
                IsStructured = result.Stats.IsStructured ?? _wasStructured,
                Logprobs = result.Stats.Logprobs is null ? null : _logprobs.ToReply(),
                ThinkingLogprobs = result.Stats.Logprobs is not null && _thoughts.ToReply() is { IsEmpty: false } thoughts ? thoughts : null,
            },
            FinishReason = result.FinishReason,
            Capture = result.Capture,
            SilentSince = null,
            Warnings = [],
            Error = result.Error is null ? null : Describe(result.Error),
        }, replyId: replyId);
        if (!result.IsWhole)
        {
            conversation.HoldQueued(isHeld: true, replyId); // now: another prompt may be sent before this turn is done with
        }
    }

    /// <inheritdoc />
    public void LeftOut() => conversation.LeaveOut(replyId);

    private static MessageError Describe(Exception error) => error switch
    {
        OllamaException ollama => new MessageError(ollama.Message, ollama.NextStep),
        ReplyTooLongException => new MessageError(error.Message, "Ask for less at a time, or try another model: one that repeats itself never ends."),
        _ => new MessageError(error.Message, "Try again. If it happens again, the studio's log says more."),
    };
}
