using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// One conversation. Written by the one generation that runs in it and by the person's actions; read by any number of
/// pages, which subscribe and ask again. Safe to use from any thread.
/// </summary>
public sealed class Conversation : IDisposable
{
    /// <summary>Least time between two change signals: about what a screen of 30 frames a second can show.</summary>
    public static readonly TimeSpan SignalInterval = TimeSpan.FromMilliseconds(33);

    /// <summary>
    /// Most characters of a reply with its thinking, 64 MB: days of a model's writing. A server that never ends must not fill
    /// the memory.
    /// </summary>
    public const int MaxReplyLength = 32_000_000;

    private const int TitleLength = 60;

    // Every signal makes who listens ask for the messages, and so copies the reply that grows. A long one is told of the
    // more seldom, so that copying takes no more time, and leaves no more behind, than for one of a million characters.
    private const double CharactersPerSecond = 30_000_000;

    private readonly Lock _gate = new();
    private readonly ChangeSignal _signal;
    private readonly TimeProvider _time;
    private StringBuilder _text = new();
    private StringBuilder _thinking = new();
    private ImmutableArray<MessageRecord> _messages = [];
    private bool _textIsAhead;

    /// <summary>Makes an empty conversation.</summary>
    public Conversation(string id, TimeProvider time)
    {
        Id = id;
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

    /// <summary>The first prompt's beginning, or the name a person gave it.</summary>
    public string Title { get; private set; } = "New chat";

    /// <summary>The model that the next turn asks; null for the studio's default.</summary>
    public string? Model { get; private set; }

    /// <summary>Ids of the tools that the person switched off here.</summary>
    public ImmutableHashSet<string> DisabledTools { get; private set; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Who asks the person about tools.</summary>
    internal ToolApprovals Approvals { get; }

    /// <summary>The messages as they stand.</summary>
    public ImmutableArray<MessageRecord> Messages
    {
        get
        {
            lock (_gate)
            {
                CatchUp();
                return _messages;
            }
        }
    }

    /// <summary>Whether a reply is being generated.</summary>
    public bool IsGenerating
    {
        get
        {
            lock (_gate)
            {
                return _messages is [.., { IsStreaming: true }];
            }
        }
    }

    /// <summary>Calls <paramref name="changed"/> after changes, coalesced to <see cref="SignalInterval"/>, until the result is disposed.</summary>
    public IDisposable Subscribe(Action changed) => _signal.Subscribe(changed);

    /// <summary>Picks the model for the turns to come.</summary>
    public void SelectModel(string model) => Change(() => Model = model);

    /// <summary>Names the conversation; a blank name is ignored.</summary>
    public void Rename(string title)
    {
        if (!string.IsNullOrWhiteSpace(title))
        {
            Change(() => Title = Shorten(title));
        }
    }

    /// <summary>Switches a tool on or off for the turns to come.</summary>
    /// <param name="toolId"><see cref="StudioTool.Id"/>.</param>
    /// <param name="enabled">Whether the model may call it.</param>
    public void SwitchTool(string toolId, bool enabled) =>
        Change(() => DisabledTools = enabled ? DisabledTools.Remove(toolId) : DisabledTools.Add(toolId));

    /// <summary>Answers a tool call that waits for the person's word.</summary>
    /// <returns>False where it does not wait (any more).</returns>
    public bool Answer(string callId, ToolAnswer answer) => Approvals.Answer(callId, answer);

    /// <summary>Adds the person's message and the empty reply to it; without a message the reply takes the place of the last one.</summary>
    /// <returns>False, with nothing changed, while another reply is being generated, or where there is none to replace.</returns>
    internal bool TryBegin(MessageRecord? prompt, MessageRecord reply)
    {
        lock (_gate)
        {
            if (_messages is [.., { IsStreaming: true }])
            {
                return false;
            }

            if (prompt is not null)
            {
                if (_messages.IsEmpty)
                {
                    Title = Shorten(prompt.Text);
                }

                _messages = _messages.Add(prompt);
            }
            else if (_messages is [.., { Role: MessageRole.Assistant }])
            {
                _messages = _messages.RemoveAt(_messages.Length - 1);
            }
            else
            {
                return false;
            }

            _messages = _messages.Add(reply);
            Gather();
            UpdatedAt = _time.GetUtcNow();
        }

        _signal.Raise();
        return true;
    }

    /// <summary>Appends to the reply's text and thinking.</summary>
    /// <exception cref="ReplyTooLongException">It would be longer than <see cref="MaxReplyLength"/>; nothing was appended.</exception>
    internal void Append(string? answer, string? thought)
    {
        lock (_gate)
        {
            if (_text.Length + _thinking.Length + (answer?.Length ?? 0) + (thought?.Length ?? 0) > MaxReplyLength)
            {
                throw new ReplyTooLongException();
            }

            _text.Append(answer);
            _thinking.Append(thought);
            _textIsAhead = true;
            PaceSignal();
        }

        _signal.Raise();
    }

    /// <summary>Changes the reply that is being generated.</summary>
    internal void UpdateReply(Func<MessageRecord, MessageRecord> change) => Change(() =>
    {
        CatchUp();
        if (_messages is [.., var last])
        {
            var reply = change(last);
            _messages = _messages.SetItem(_messages.Length - 1, reply);
            if (!reply.IsStreaming)
            {
                // The record has it all; a second copy would stay as long as the conversation.
                Gather();
            }
        }
    });

    /// <summary>Adds a tool call at the reply's end.</summary>
    internal void AddCall(ToolCallRecord call)
    {
        lock (_gate)
        {
            // What the model says after its tools have run is a paragraph of its own.
            if (_text.Length > 0 && _text[^1] != '\n')
            {
                _text.Append("\n\n");
                _textIsAhead = true;
            }
        }

        UpdateReply(reply => reply with
        {
            ToolCalls = reply.ToolCalls.Add(call with { TextOffset = reply.Text.Length, ThinkingOffset = reply.Thinking.Length }),
        });
    }

    /// <summary>Changes a tool call of the reply that is being generated; one that is not there is left alone.</summary>
    internal void UpdateCall(string callId, Func<ToolCallRecord, ToolCallRecord> change) => UpdateReply(reply =>
        reply.ToolCalls.FirstOrDefault(call => call.Id == callId) is { } found
            ? reply with { ToolCalls = reply.ToolCalls.Replace(found, change(found)) }
            : reply);

    /// <summary>Lets go of the oldest images of tools beyond what is kept.</summary>
    internal void BoundImages() => Change(() => _messages = KeptImages.Bound(_messages));

    /// <summary>The image of that id which a tool returned here; null where it is not kept (any more).</summary>
    internal ToolImage? FindImage(string id)
    {
        ImmutableArray<MessageRecord> messages;
        lock (_gate)
        {
            messages = _messages;
        }

        return messages.SelectMany(message => message.ToolCalls).SelectMany(call => call.Images).FirstOrDefault(image => image.Id == id);
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            UpdatedAt = _time.GetUtcNow();
        }

        _signal.Raise();
    }

    // Text is gathered in a builder and copied into the snapshot only when somebody looks: thirty times a second at
    // most, instead of once a token.
    private void CatchUp()
    {
        if (_textIsAhead && _messages is [.., var last])
        {
            _messages = _messages.SetItem(_messages.Length - 1, last with { Text = Copy(_text, last.Text), Thinking = Copy(_thinking, last.Thinking) });
            _textIsAhead = false;
        }
    }

    private void Gather()
    {
        _text = new StringBuilder();
        _thinking = new StringBuilder();
        _textIsAhead = false;
        PaceSignal();
    }

    // Both only ever grow: as long as before is the same as before.
    private static string Copy(StringBuilder text, string before) => text.Length == before.Length ? before : text.ToString();

    private void PaceSignal()
    {
        var due = TimeSpan.FromSeconds((_text.Length + _thinking.Length) / CharactersPerSecond);
        _signal.Interval = due > SignalInterval ? due : SignalInterval;
    }

    private static string Shorten(string title) =>
        TextCut.Shorten(string.Join(' ', title.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), TitleLength);

    /// <inheritdoc />
    public void Dispose() => _signal.Dispose();
}

/// <summary>A reply went on beyond <see cref="Conversation.MaxReplyLength"/>; what came until then is kept.</summary>
public sealed class ReplyTooLongException() : Exception(
    string.Create(CultureInfo.InvariantCulture, $"The reply went beyond {Conversation.MaxReplyLength:N0} characters and was broken off.")), IErrorType
{
    /// <inheritdoc />
    public string ErrorType => "reply_too_long";

    /// <inheritdoc />
    public bool HoldsContent => false;
}
