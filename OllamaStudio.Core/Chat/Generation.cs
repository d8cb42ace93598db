using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;

namespace OllamaStudio.Core.Chat;

/// <summary>One reply being generated: writes what the turn yields into its conversation, and can be stopped.</summary>
internal sealed class Generation(Conversation conversation, OllamaServers servers, TimeProvider time, Action onFirstPiece)
    : ITurnSink, IProgress<OllamaSilence>, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ReplyCalls _calls = new(conversation);
    private readonly Lock _gate = new();
    private TurnPhase _phase = TurnPhase.Connecting;
    private volatile bool _ended;
    private volatile bool _isSilent;
    private bool _hasPiece;

    /// <summary>Ends with the generation; never fails.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>The reply as it stands.</summary>
    public MessageRecord? Reply => conversation.Messages is [.., { Role: MessageRole.Assistant } reply] ? reply : null;

    /// <summary>Runs the turn on the thread pool, free of the caller's context.</summary>
    public void Start(Func<CancellationToken, Task> run)
    {
        using (ExecutionContext.SuppressFlow())
        {
            Completion = Task.Run(() => run(_stop.Token));
        }
    }

    /// <summary>Asks the turn to stop.</summary>
    public void Stop()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The turn ended by itself a moment ago.
        }
    }

    /// <inheritdoc />
    public void Started(string? traceId, bool sampled)
    {
        conversation.UpdateReply(reply => reply with { TraceId = traceId, Sampled = sampled });
        servers.Changed += OnServersChanged;
        OnServersChanged();
        if (_phase is TurnPhase.Connecting)
        {
            SetPhase(TurnPhase.LoadingModel);
        }
    }

    /// <inheritdoc />
    public void Received(ChatResponseUpdate update)
    {
        EndSilence();
        string? answer = null;
        string? thought = null;
        foreach (var content in update.Contents)
        {
            _calls.Take(content);
            if (content is TextContent { Text.Length: > 0 } piece)
            {
                answer += piece.Text;
            }
            else if (content is TextReasoningContent { Text.Length: > 0 } reasoning)
            {
                thought += reasoning.Text;
            }
        }

        if (!_hasPiece)
        {
            // The model is in memory now: what is shown of it should say so at once, not at the next look.
            _hasPiece = true;
            onFirstPiece();
        }

        if (answer is not null)
        {
            SetPhase(TurnPhase.Writing);
        }
        else if (thought is not null)
        {
            SetPhase(TurnPhase.Thinking);
        }

        if (answer is not null || thought is not null)
        {
            conversation.Append(answer, thought);
        }

        if (_calls.ArePending)
        {
            SetPhase(TurnPhase.UsingTools);
        }
        else if (_phase is TurnPhase.UsingTools)
        {
            // The next model call: it reads what the tools returned.
            SetPhase(TurnPhase.ReadingPrompt, again: true);
        }
    }

    /// <inheritdoc />
    public (string Thinking, string Text) LatestAnswer()
    {
        // As the next turn will send it too: what the server has cached of the one serves for the other.
        var answer = ReplyRound.Of(conversation.Messages[^1])[^1];
        return (answer.Thinking, answer.Text);
    }

    /// <summary>Notes that Ollama has said nothing for a while.</summary>
    public void Report(OllamaSilence value)
    {
        lock (_gate)
        {
            if (!_isSilent && !_ended)
            {
                _isSilent = true;
                var since = time.GetUtcNow() - value.Duration;
                conversation.UpdateReply(reply => reply with { SilentSince = since });
            }
        }
    }

    /// <inheritdoc />
    public ValueTask LogAsync(TurnResult result, CancellationToken cancellationToken)
    {
        Finish(result);
        return ValueTask.CompletedTask;
    }

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
        _calls.Stop();
        conversation.UpdateReply(reply => reply with
        {
            State = result.Outcome switch
            {
                TurnOutcome.Completed => MessageState.Complete,
                TurnOutcome.Stopped => MessageState.Stopped,
                _ => MessageState.Failed,
            },
            Stats = result.Stats with { Duration = result.Stats.Duration ?? waited - reply.CreatedAt },
            FinishReason = result.FinishReason,
            Capture = result.Capture,
            SilentSince = null,
            Error = result.Error is null ? null : Describe(result.Error),
        });
    }

    /// <inheritdoc />
    public void Dispose() => _stop.Dispose();

    // Loading or reading the prompt: Ollama is silent in both, but lists the model among the running ones once it is loaded.
    private void OnServersChanged()
    {
        if (_phase is TurnPhase.Connecting or TurnPhase.LoadingModel && conversation.Messages is [.., { Model: { } model }] && servers.Status.Current.IsLoaded(model))
        {
            SetPhase(TurnPhase.ReadingPrompt);
        }
    }

    // The stream and the watch over the servers both come here: a phase never goes back, but for another model call.
    private void SetPhase(TurnPhase next, bool again = false)
    {
        lock (_gate)
        {
            if ((_phase < next || again) && !_ended)
            {
                _phase = next;
                conversation.UpdateReply(reply => reply with { Phase = next });
            }
        }
    }

    private void EndSilence()
    {
        if (_isSilent)
        {
            lock (_gate)
            {
                _isSilent = false;
                conversation.UpdateReply(reply => reply with { SilentSince = null });
            }
        }
    }

    private static MessageError Describe(Exception error) => error switch
    {
        OllamaException ollama => new MessageError(ollama.Message, ollama.NextStep),
        ReplyTooLongException => new MessageError(error.Message, "Ask for less at a time, or try another model: one that repeats itself never ends."),
        _ => new MessageError(error.Message, "Try again. If it happens again, the studio's log says more."),
    };
}
