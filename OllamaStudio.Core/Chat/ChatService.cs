using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// Sends turns and keeps their generations, which belong to the process and not to a page: a reload, a lost circuit or a
/// second tab finds them running. At the end of the process they are stopped, their spans ended.
/// </summary>
public sealed partial class ChatService(
    Conversations store,
    OllamaServers servers,
    IChatPipeline pipeline,
    ChatTools tools,
    TurnRunner runner,
    ISettings settings,
    TimeProvider time,
    ILogger<ChatService> logger,
    DraftAttachments? attachments = null) : IHostedService, IReplyPaces, ITurnOrder
{
    /// <summary>Longest prompt taken, in characters: far beyond any context window, short of what would choke a page.</summary>
    public const int MaxPromptLength = 1_000_000;

    private static readonly TimeSpan ForStoring = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, Generation> _generations = new(StringComparer.Ordinal); // by the id of the reply
    private volatile bool _isStopping; // nothing that waits begins now

    /// <summary>Sends a prompt. Returns at once; the reply grows in the conversation.</summary>
    /// <returns>False where nothing was sent: blank, too long, no model, a reply is still being generated, or the conversation was deleted.</returns>
    public bool Send(Conversation conversation, string prompt, string model) => Send(conversation, prompt, model, []);

    /// <summary>Sends a prompt, which may be blank, with files.</summary>
    /// <returns>False where nothing was sent, as with <see cref="Send(Conversation, string, string)"/>.</returns>
    public bool Send(Conversation conversation, string prompt, string model, ImmutableArray<Attachment> attachments) =>
        Send(conversation, prompt, model, besideId: null, attachments);

    /// <summary>Sends a changed prompt, with the files of the one that it was, as its sibling; that one and all that followed it stay.</summary>
    /// <returns>False where nothing was sent, as with <see cref="Send(Conversation, string, string)"/>, or there is no such prompt.</returns>
    public bool Edit(Conversation conversation, string promptId, string prompt, string model)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        var files = conversation.Messages.FirstOrDefault(message => message.Id == promptId)?.Attachments ?? [];
        return Send(conversation, prompt, model, promptId, [.. files.Select(static file => file.WithNewId())]);
    }

    /// <summary>Generates another reply beside one that there is, which stays whole, whatever becomes of the new one.</summary>
    /// <returns>False where there is no such reply, one is still being generated, or the conversation was deleted.</returns>
    /// <param name="conversation">Where it stands.</param>
    /// <param name="replyId">The one that there is.</param>
    /// <param name="model">The model that is asked.</param>
    /// <param name="whenFull">What becomes of this one where the messages do not fit; null as the setting says.</param>
    public bool Regenerate(Conversation conversation, string replyId, string model, ContextFull? whenFull = null) =>
        Begin(conversation, prompt: null, model, replyId, whenFull);

    /// <summary>The same with a model for this reply alone: the turns to come ask the conversation's own.</summary>
    public bool RegenerateWith(Conversation conversation, string replyId, string model, ContextFull? whenFull = null) =>
        Begin(conversation, prompt: null, model, replyId, whenFull, isOnce: true);

    /// <summary>Generates a reply to the last prompt that is shown, where it has none.</summary>
    /// <returns>False where it has one, one is being generated, or the conversation was deleted.</returns>
    public bool Answer(Conversation conversation, string model) => Begin(conversation, prompt: null, model, besideId: null);

    /// <summary>Stops the reply that is being generated; its text so far is kept.</summary>
    /// <remarks>Where several models are asked, all are stopped, and none of the others is asked any more.</remarks>
    public void Stop(Conversation conversation)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        conversation.StopWaiting();
        foreach (var generation in _generations.Values.Where(generation => ReferenceEquals(generation.Conversation, conversation)))
        {
            generation.Stop();
        }
    }

    /// <summary>
    /// The model that a conversation's next turn asks: its own, for a new one that of the conversation which changed last, else
    /// the configured one, else the first installed; null where there is none.
    /// </summary>
    public string? ModelFor(Conversation? conversation)
    {
        var server = servers.Status.Current;
        foreach (var wanted in new[] { conversation is null ? store.Newest?.Model : conversation.Model, settings.Current.Ollama.Model })
        {
            if (wanted is not null && server.Find(wanted) is { } installed)
            {
                return installed.Name;
            }
        }

        return server.Models.Count > 0 ? server.Models[0].Name : conversation?.Model;
    }

    /// <summary>The conversation's model, where the server that answers does not have it, or has it no more: <see cref="ModelFor"/> names another one then. Null where it has it.</summary>
    public string? MissingModelOf(Conversation conversation)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return conversation.Model is { } own && servers.Status.Current is { State: ServerState.Up } server && server.Find(own) is null ? own : null;
    }

    /// <inheritdoc />
    public ReplyPace? PaceOf(string traceId) =>
        _generations.Values.Select(generation => generation.Reply).FirstOrDefault(reply => reply?.TraceId == traceId)?.Pace;

    /// <inheritdoc />
    public TurnAhead? AheadOf(string replyId)
    {
        if (FindGeneration(replyId) is not { } waiting)
        {
            return null;
        }

        var ahead = _generations.Values.Where(waiting.IsBehind).Select(generation => generation.Conversation).ToList();
        return ahead.Count == 0 ? null : new TurnAhead(ahead[0].Id, ahead[0].Title, ahead.Count - 1);
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        foreach (var generation in _generations.Values)
        {
            generation.Stop();
        }

        await Task.WhenAll(_generations.Values.Select(generation => generation.Completion)).WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _isStopping = false; // where everything was forgotten the studio goes on
    }

    private bool Send(Conversation conversation, string prompt, string model, string? besideId, ImmutableArray<Attachment> attachments) =>
        CanSend(prompt, model, attachments) && Begin(conversation, NewPrompt(prompt, attachments), model, besideId);

    private static bool CanSend(string prompt, string model, ImmutableArray<Attachment> attachments) =>
        (!string.IsNullOrWhiteSpace(prompt) || !attachments.IsEmpty) && prompt.Length <= MaxPromptLength && !string.IsNullOrWhiteSpace(model);

    private MessageRecord NewPrompt(string prompt, ImmutableArray<Attachment> attachments) => new() { Id = NewId(), Role = MessageRole.User, Text = prompt, Attachments = attachments, CreatedAt = time.GetUtcNow() };

    private MessageRecord NewReply(string model, MessageRecord? continued = null) => new()
    {
        Id = NewId(), Role = MessageRole.Assistant, State = MessageState.Streaming, CreatedAt = time.GetUtcNow(), Model = model, Text = continued?.Text ?? "", Thinking = continued?.Thinking ?? "",
    };

    private bool Begin(Conversation conversation, MessageRecord? prompt, string model, string? besideId, ContextFull? whenFull = null, QueuedMessage? queued = null, bool isOnce = false, MessageRecord? continued = null)
    {
        var reply = NewReply(model, continued);
        if (!conversation.TryBegin(prompt, reply, besideId, queued))
        {
            return false;
        }

        if (!isOnce)
        {
            conversation.SelectModel(model);
        }

        Start(conversation, reply.Id, model, whenFull, continued);
        return true;
    }

    private void Start(Conversation conversation, string replyId, string model, ContextFull? whenFull = null, MessageRecord? continued = null)
    {
        var generation = new Generation(conversation, replyId, model, store, servers, settings, time);
        _generations[replyId] = generation;
        store.Touch();
        generation.Start(token => RunAsync(conversation, generation, model, whenFull, continued, token));
    }

    private async Task RunAsync(Conversation conversation, Generation generation, string model, ContextFull? whenFull, MessageRecord? continued, CancellationToken cancellationToken)
    {
        TurnResult result;
        using var watch = servers.Watch(ServerInterest.Turn);
        try
        {
            // What the person said is safe before anybody else hears it. A store in trouble says so itself; the turn goes on.
            await store.TryStoreAsync(conversation, ForStoring);
            using var lease = await servers.LeaseAsync(cancellationToken);
            var chat = settings.Current.Chat;
            var input = await TurnInput.ReadAsync(
                conversation.PathTo(generation.ReplyId), conversation.Parameters, conversation.DisabledTools, model, tools, servers, settings.Current, time.GetLocalNow(), cancellationToken);
            if (continued is not null)
            {
                input.Options.ResponseFormat = null; // a grammar would begin anew
            }

            var unfinished = continued is null ? [] : await PrepareContinuationAsync(generation, continued, lease.Client, model, input.Options, cancellationToken);
            var request = new TurnRequest
            {
                SessionId = conversation.Id,
                IsTemporary = conversation.IsTemporary,
                SideBySide = conversation.SideBySide?.PromptId,
                Model = model,
                Messages = [.. input.Messages, .. unfinished],
                LeftOut = input.LeftOut,
                ImagesLeftOut = input.ImagesLeftOut,
                OwnParameters = input.OwnParameters,
                WhenContextIsFull = whenFull ?? chat.WhenContextIsFull,
                Client = new NotingChatClient(generation.Watch(pipeline.Create(lease.Client, generation), _gaps), store, conversation, model),
                Tools = continued is null && input.Tools is { } offered ? offered with { Approval = conversation.Approvals.Of(generation.ReplyId) } : null,
                Options = input.Options,
            };
            result = await runner.RunAsync(request, generation, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            result = new TurnResult { Outcome = TurnOutcome.Stopped };
        }
        catch (Exception error)
        {
            // Whatever it was, the person is told and the conversation goes on.
            LogFailed(logger, conversation.Id, error.GetType(), error.StackTrace);
            LogCause(logger, error);
            result = new TurnResult { Outcome = TurnOutcome.Failed, Error = error };
        }

        generation.Finish(result);
        var isComplete = result.IsWhole && !cancellationToken.IsCancellationRequested;
        _generations.TryRemove(new KeyValuePair<string, Generation>(generation.ReplyId, generation));
        generation.Dispose();
        store.Touch();
        if (result.Outcome is TurnOutcome.Failed)
        {
            // The server may be gone, or a model: who looks at the studio should not go on as if they were there.
            servers.RequestLook(result.Error is OllamaException { Kind: OllamaErrorKind.ModelMissing } ? LookScope.All : LookScope.Running);
        }

        GoOn(conversation, isComplete, generation.ReplyId);
    }

    private string NewId() => Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    // Its words may be content, which no log but the most detailed one has.
    [LoggerMessage(Level = LogLevel.Error, Message = "The turn in conversation {ConversationId} failed outside the model call: {ErrorType}\n{StackTrace}")]
    private static partial void LogFailed(ILogger logger, string conversationId, Type errorType, string? stackTrace);

    [LoggerMessage(Level = LogLevel.Trace, Message = "The cause of the turn's failure, word for word")]
    private static partial void LogCause(ILogger logger, Exception error);
}
