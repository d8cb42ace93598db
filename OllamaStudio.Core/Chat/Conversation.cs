using System.Collections.Immutable;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// One conversation. Written by the one generation that runs in it and by the person's actions; read by any number of
/// pages, which subscribe and ask again, and so all show the same branch. Safe to use from any thread.
/// </summary>
public sealed partial class Conversation : IDisposable
{
    /// <summary>Least time between two change signals: a frame of a screen that shows 60 a second.</summary>
    public static readonly TimeSpan SignalInterval = TimeSpan.FromMilliseconds(16);

    /// <summary>
    /// Most characters of a reply with its thinking, 64 MB: days of a model's writing. A server that never ends must not fill
    /// the memory.
    /// </summary>
    public const int MaxReplyLength = 32_000_000;

    // Whole, but for a prompt that is a document. Who shows it cuts it to the room there is.
    internal const int TitleLength = 500;

    // Every signal makes who listens ask for the messages, and so copies the reply that grows. A long one is told of the
    // more seldom, so that copying takes no more time, and leaves no more behind, than for one of a million characters.
    private const double CharactersPerSecond = 30_000_000;

    private readonly Lock _gate = new();
    private readonly ChangeSignal _signal;
    private readonly TimeProvider _time;
    private MessageTree _tree = new();
    private readonly List<LiveReply> _replies = []; // that are being written, and the one that began last
    private string? _name;
    private bool _isDeleted;
    private DateTimeOffset? _modelPickedAt;
    private ConversationMemory? _memory;
    private long _counted; // bytes told to it

    /// <summary>Makes an empty conversation.</summary>
    /// <param name="id">See <see cref="Id"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="isTemporary">Whether it is never to be stored.</param>
    public Conversation(string id, TimeProvider time, bool isTemporary = false)
    {
        (Id, IsTemporary) = (id, isTemporary);
        _time = time;
        _signal = new ChangeSignal(time, SignalInterval);
        CreatedAt = time.GetUtcNow();
        UpdatedAt = CreatedAt;
        Approvals = new ToolApprovals(this);
    }

    /// <summary>Id: <c>session.id</c> on its spans, and its address <c>/chat/{id}</c>.</summary>
    public string Id { get; }

    /// <summary>When it began, UTC.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>When it last changed, UTC.</summary>
    public DateTimeOffset UpdatedAt { get; private set; }

    /// <summary>The name a person gave it, else the first prompt that is shown, on one line; at most 500 characters.</summary>
    public string Title { get; private set; } = ConversationSummary.NoTitle;

    /// <summary>Whether it is never stored, and gone when the studio stops.</summary>
    public bool IsTemporary { get; }

    /// <summary>The model that the next turn asks; null for the studio's default.</summary>
    public string? Model { get; private set; }

    /// <summary>Ids of the tools that the person switched off here.</summary>
    public ImmutableHashSet<string> DisabledTools { get; private set; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Who asks the person about tools.</summary>
    internal ToolApprovals Approvals { get; }

    /// <summary>The messages of the branch that is shown, as they stand.</summary>
    public ImmutableArray<MessageRecord> Messages => Read(() => CaughtUp().Path);

    /// <summary>Every message, those of other branches too, in the order in which they came.</summary>
    public ImmutableArray<MessageRecord> AllMessages => Read(() => CaughtUp().All);

    /// <summary>How many messages there are, those of other branches too.</summary>
    public int Count => Read(() => _tree.Count);

    /// <summary>Which of the shown messages have siblings to change to, by their ids.</summary>
    public ImmutableDictionary<string, MessageBranch> Branches => Read(() => _tree.Branches);

    /// <summary>Whether a reply is being generated.</summary>
    public bool IsGenerating => Read(() => IsLive);

    /// <summary>Whether the reply that is being generated waits for the person's word.</summary>
    public bool IsAsking => Read(() => _replies.Exists(reply => _tree.Find(reply.Id) is { IsStreaming: true, Asking: not null }));

    /// <summary>Whether it was deleted: it takes no message, until it is put back.</summary>
    public bool IsDeleted => Read(() => _isDeleted);

    /// <summary>Calls <paramref name="changed"/> after changes, coalesced to <see cref="SignalInterval"/>, until the result is disposed.</summary>
    public IDisposable Subscribe(Action changed) => _signal.Subscribe(changed);

    /// <summary>When its model was picked last, UTC; null where not since the studio began.</summary>
    internal DateTimeOffset? ModelPickedAt => Read(() => _modelPickedAt);

    /// <summary>Picks the model for the turns to come.</summary>
    public void SelectModel(string model) => ChangeHead(() => (Model, _modelPickedAt) = (model, _time.GetUtcNow()));

    /// <summary>Names the conversation; a blank name is ignored.</summary>
    public void Rename(string title)
    {
        if (!string.IsNullOrWhiteSpace(title))
        {
            Arrange(() => Title = _name = Shorten(title));
        }
    }

    /// <summary>Switches a tool on or off for the turns to come.</summary>
    /// <param name="toolId"><see cref="StudioTool.Id"/>.</param>
    /// <param name="enabled">Whether the model may call it.</param>
    public void SwitchTool(string toolId, bool enabled) =>
        ChangeHead(() => DisabledTools = enabled ? DisabledTools.Remove(toolId) : DisabledTools.Add(toolId));

    /// <summary>
    /// Shows the branch through that message, on every page. Refused while a reply is being generated: it would go on out of
    /// sight, and a message sent meanwhile would have no place.
    /// </summary>
    /// <returns>False, with nothing changed, where it is refused or there is no such message.</returns>
    internal bool Show(string messageId)
    {
        lock (_gate)
        {
            var end = _tree.Path[^1].Id;
            if (IsLive || !_tree.Show(messageId))
            {
                return false;
            }

            // Looking at a branch is no change of the conversation: it keeps its place in the list.
            TakeTitle();
            if (_tree.Path[^1].Id != end)
            {
                PauseBehind();
            }

            MarkHead();
        }

        _signal.Raise();
        return true;
    }

    /// <summary>Answers a tool call that waits for the person's word.</summary>
    /// <returns>False where it does not wait (any more).</returns>
    /// <param name="callId">The call.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="replyId">The reply that it stands in: of several at once two may give their calls one id. Null where there is one.</param>
    public bool Answer(string callId, ToolAnswer answer, string? replyId = null) => Approvals.Answer(callId, answer, replyId);

    /// <summary>
    /// Adds the person's message and the empty reply to it at the end of what is shown; with <paramref name="besideId"/> as a
    /// sibling of that message, which stays as it is. Without a message the reply alone is added, beside another one.
    /// </summary>
    /// <returns>False, with nothing changed, where it was deleted, another reply is being generated, or there is no such place.</returns>
    /// <param name="prompt">The person's message; null for none.</param>
    /// <param name="reply">The reply to it.</param>
    /// <param name="besideId">What the first of the two is a sibling of; null for the end of what is shown.</param>
    /// <param name="queued">Where the message was queued, that one: it is not queued any more. Refused where another one is by now.</param>
    /// <param name="sideBySide">Where the message is asked of several models, those; the reply is the first one's.</param>
    internal bool TryBegin(MessageRecord? prompt, MessageRecord reply, string? besideId = null, QueuedMessage? queued = null, SideBySide? sideBySide = null)
    {
        lock (_gate)
        {
            // What is said next follows the reply that the person keeps, and none by chance.
            if ((queued is not null && queued != _queued) || _isDeleted || IsLive || (prompt is not null && besideId is null && AtTheEnd is not null)
                || !_tree.TryFindPlace((prompt ?? reply).Role, besideId, out var parentId))
            {
                return false;
            }

            _queued = queued is null ? _queued : null;
            LeaveSideBySide();
            _sideBySide = sideBySide;
            if (prompt is not null)
            {
                _tree.Add(prompt with { ParentId = parentId });
                parentId = prompt.Id;
                Mark(prompt.Id);
            }

            AddReply(reply with { ParentId = parentId });
        }

        _signal.Raise();
        return true;
    }

    /// <summary>Counts what it takes to that memory from now on; null for none.</summary>
    internal void KeepIn(ConversationMemory? memory)
    {
        lock (_gate)
        {
            _memory?.Add(-_counted);
            (_memory, _counted) = (memory, 0);
            CountBytes();
        }
    }

    /// <summary>It was deleted, or put back.</summary>
    internal void SetDeleted(bool isDeleted) => Change(isNews: false, change: () =>
    {
        _isDeleted = isDeleted;
        _sideBySide = isDeleted ? _sideBySide?.WithNoneWaiting() : _sideBySide; // none is asked by itself once it is put back
    });

    /// <summary>The image of that id which a tool returned or a person attached here; null where it is not kept (any more).</summary>
    internal ToolImage? FindImage(string id) => Read(() => _tree.All)
        .SelectMany(message => message.ToolCalls.SelectMany(static call => call.Images).Concat(message.Attachments.Select(static file => file.Content))).FirstOrDefault(image => image.Id == id);

    private bool IsLive => _replies.Exists(reply => _tree.Find(reply.Id) is { IsStreaming: true });

    private T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    private void Change(Action change, bool isNews = true)
    {
        lock (_gate)
        {
            change();
            CountBytes();
            UpdatedAt = isNews ? _time.GetUtcNow() : UpdatedAt;
        }

        _signal.Raise();
    }

    private void CountBytes()
    {
        var bytes = _tree.Bytes + ((DraftLength + (_queued?.Text.Length ?? 0)) * sizeof(char));
        _memory?.Add(bytes - _counted);
        _counted = bytes;
    }

    /// <summary>What <see cref="Title"/> is for that name and what is shown.</summary>
    internal static string TitleOf(string? name, ImmutableArray<MessageRecord> path) =>
        name is not null ? Shorten(name) : path is [var first, ..] ? Shorten(string.IsNullOrWhiteSpace(first.Text) && first.Attachments is [var file, ..] ? file.Name : first.Text) : ConversationSummary.NoTitle;

    private void TakeTitle() => Title = _tree.Path.IsEmpty && _name is null ? Title : TitleOf(_name, _tree.Path);

    private static string Shorten(string title) =>
        TextCut.Shorten(string.Join(' ', title.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), TitleLength);

    /// <inheritdoc />
    public void Dispose() => _signal.Dispose();
}
