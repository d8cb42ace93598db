using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Chat;

/// <summary>One reply being generated: writes what the turn yields into its conversation, and can be stopped.</summary>
internal sealed partial class Generation(Conversation conversation, string replyId, string model, Conversations store, OllamaServers servers, ISettings settings, TimeProvider time)
    : ITurnSink, IProgress<OllamaSilence>, IDisposable
{
    // A full disk holds no turn up.
    private static readonly TimeSpan ForStoring = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly ReplyCalls _calls = new(conversation, replyId);
    private readonly Lock _gate = new();
    private ServerKind _server = servers.Status.Active;
    private volatile TurnPhase _phase = TurnPhase.Connecting;
    private volatile bool _ended;
    private volatile bool _isSilent;
    private bool _hasPiece;
    private long _waitingSince = time.GetTimestamp();
    private Continuation? _continuation;
    private bool _beginsThinking;
    private GatheredLogprobs _logprobs = new();
    private GatheredLogprobs _thoughts = new(); // the same of the thinking: Ollama sends its tokens as well
    private int _thoughtLength;
    private bool? _wasStructured;

    /// <summary>Ends with the generation; never fails.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>The reply as it stands.</summary>
    public MessageRecord? Reply => conversation.FindMessage(replyId);

    /// <summary>Its id.</summary>
    public string ReplyId => replyId;

    /// <summary>The conversation that it belongs to.</summary>
    public Conversation Conversation => conversation;

    /// <summary>
    /// Whether the model serves that one first, as far as the studio can tell: it is asked of the same model, and writes
    /// already or began to wait earlier. A turn whose tools run leaves the model to others.
    /// </summary>
    public bool IsBehind(Generation other) =>
        IsWaiting && !ReferenceEquals(this, other) && !other._ended && other._server == _server && IsSameModel(other.Model)
        && (other._phase is TurnPhase.Thinking or TurnPhase.Writing || (other.IsWaiting && other._waitingSince < _waitingSince));

    private string Model => model;

    private bool IsWaiting => !_ended && _phase is TurnPhase.Connecting or TurnPhase.LoadingModel or TurnPhase.WaitingForFirstToken;

    // Two names of one digest share a runner.
    private bool IsSameModel(string other) =>
        ModelNames.Same(model, other)
        || (servers.Status.Of(_server) is var server && server.DigestOf(model) is { } digest && server.DigestOf(other) == digest);

    /// <summary>Runs the turn on the thread pool, free of the caller's context.</summary>
    public void Start(Func<CancellationToken, Task> run)
    {
        using (ExecutionContext.SuppressFlow())
        {
            Completion = Task.Run(() => run(_stop.Token));
        }
    }

    /// <summary>What comes goes on with a reply that there is.</summary>
    /// <param name="continuation">How it goes on.</param>
    /// <param name="before">What is known of what there is: of its tokens, and whether it was asked for as JSON, as the whole is then; null for nothing.</param>
    public Continuation Continue(Continuation continuation, TurnStats? before)
    {
        (_logprobs, _thoughts) = (new GatheredLogprobs(before?.Logprobs), new GatheredLogprobs(before?.ThinkingLogprobs));
        _thoughtLength = Reply?.Thinking.Length ?? 0;
        _wasStructured = before?.IsStructured;
        _beginsThinking = Reply?.Thinking.Length > 0;
        return _continuation = continuation;
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
    public void Started(string? traceId, bool sampled, CaptureLevel capture)
    {
        conversation.UpdateReply(reply => reply with { TraceId = traceId, Sampled = sampled, Capture = capture }, replyId: replyId);
        // Which server it is may be decided only now, at the studio's start.
        _server = servers.Status.Active;
        servers.Changed += OnServersChanged;
        OnServersChanged();
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

        answer = answer is null ? null : _continuation?.Take(answer) ?? answer;
        var thinking = thought ?? ""; // as the model wrote it
        if (thought is not null && _beginsThinking)
        {
            (thought, _beginsThinking) = ("\n\n" + thought, false);
        }

        if (!_hasPiece)
        {
            // The model is in memory now: what is shown of it should say so at once, not at the next look.
            _hasPiece = true;
            if (!servers.Status.Of(_server).IsLoaded(model))
            {
                servers.RequestLook(LookScope.Running);
            }
        }

        if (answer is not null)
        {
            SetPhase(TurnPhase.Writing);
        }
        else if (thought is not null)
        {
            SetPhase(TurnPhase.Thinking);
        }

        var start = answer is { Length: > 0 } || thought is not null ? conversation.Append(answer, thought, replyId) : 0;
        if (update.RawRepresentation is OllamaChatChunk chunk)
        {
            _logprobs.Take(chunk.Logprobs, answer ?? "", start);
            _thoughts.Take(chunk.Logprobs, thinking, _thoughtLength + (thought?.Length ?? 0) - thinking.Length);
        }

        _thoughtLength += thought?.Length ?? 0;
        if (_calls.ArePending || (answer is not null && thought is null))
        {
            _thoughts.Drop();
        }

        if (_calls.ArePending || (thought is not null && answer is null))
        {
            _logprobs.Drop();
        }

        if (_calls.ArePending)
        {
            SetPhase(TurnPhase.UsingTools);
        }
        else if (_phase is TurnPhase.UsingTools)
        {
            // The next model call, with what the tools returned.
            SetPhase(TurnPhase.WaitingForFirstToken, again: true);
        }
    }

    /// <inheritdoc />
    public void Warned(ReplyWarning warning)
    {
        // The call knows neither those before it nor the text that it goes on from.
        conversation.UpdateReply(
            reply => reply with { Warnings = reply.Warnings.Add(warning with { From = Math.Max(0, (warning.IsThinking ? reply.Thinking : reply.Text).Length - warning.Since), Since = 0 }) },
            isStored: false,
            replyId);
        var rules = settings.Current.Chat;
        if (warning.Kind is ReplyWarningKind.Repeating ? rules.StopRepeating : rules.StopOutgrown)
        {
            Stop();
        }
    }

    /// <inheritdoc />
    public (string Thinking, string Text) LatestAnswer()
    {
        // As the next turn will send it too: what the server has cached of the one serves for the other.
        var answer = ReplyRound.Of(conversation.FindMessage(replyId)!)[^1];
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
                conversation.UpdateReply(reply => reply with { SilentSince = since }, isStored: false, replyId);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask LogAsync(TurnResult result, CancellationToken cancellationToken)
    {
        Finish(result);
        if (!await store.TryStoreAsync(conversation, ForStoring))
        {
            throw new NotStoredException();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _stop.Dispose();

    private void OnServersChanged()
    {
        if (_phase is TurnPhase.Connecting or TurnPhase.LoadingModel)
        {
            var server = servers.Status.Of(_server);
            SetPhase(server.State is ServerState.Up && !server.IsLoaded(model) ? TurnPhase.LoadingModel : TurnPhase.WaitingForFirstToken);
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
                _waitingSince = again ? time.GetTimestamp() : _waitingSince;
                conversation.UpdateReply(reply => reply with { Phase = next }, isStored: false, replyId);
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
                conversation.UpdateReply(reply => reply with { SilentSince = null }, isStored: false, replyId);
            }
        }
    }
}
