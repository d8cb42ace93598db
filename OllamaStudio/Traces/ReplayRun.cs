using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Lab;
using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Traces;

/// <summary>One replay while it runs and when it has ended. Pieces come on any thread. At most 1,000,000 characters of a reply are kept; then it is stopped.</summary>
public sealed class ReplayRun(DateTimeOffset startedAt) : IDisposable
{
    /// <summary>So much of the reply is shown while it grows: its end.</summary>
    public const int ShownLength = 20_000;

    private const int MaxLength = 1_000_000;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _thinking = new();
    private ImmutableArray<string> _calls = [];
    private bool _isDisposed;

    /// <summary>When it was started.</summary>
    public DateTimeOffset StartedAt => startedAt;

    /// <summary>The id of its trace; null until it has one.</summary>
    public string? TraceId { get; set; }

    /// <summary>How it ended; null while it runs.</summary>
    public TurnResult? Result { get; private set; }

    /// <summary>Whether it has not ended.</summary>
    public bool IsRunning => Result is null;

    /// <summary>Stops it.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>What it thought so far.</summary>
    public bool IsThinking => Locked(() => _thinking.Length > 0 && _text.Length == 0);

    /// <summary>Its text so far.</summary>
    public string Text => Locked(() => _text.ToString());

    /// <summary>The end of its text so far.</summary>
    public string Latest => Locked(() => _text.Length <= ShownLength ? _text.ToString() : "…" + _text.ToString(_text.Length - ShownLength, ShownLength));

    /// <summary>The tools that it called, which are not run; each as name and arguments.</summary>
    public ImmutableArray<string> Calls => Locked(() => _calls);

    /// <summary>What went wrong, in words, with what to do; null where nothing did.</summary>
    public string? Problem => Result?.Error switch
    {
        null => null,
        OllamaException refused => $"{refused.Message} {refused.NextStep}",
        var error => $"{error.Message} Try again. If it happens again, the studio's log says more.",
    };

    /// <summary>Takes a piece.</summary>
    public void Add(ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        lock (_gate)
        {
            foreach (var content in update.Contents)
            {
                switch (content)
                {
                    case TextReasoningContent thought:
                        _thinking.Append(thought.Text);
                        break;
                    case TextContent text:
                        _text.Append(text.Text);
                        break;
                    case FunctionCallContent call:
                        _calls = _calls.Add(RecordedReply.Show(call));
                        break;
                }
            }

            if (_text.Length + _thinking.Length > MaxLength)
            {
                throw new ReplyTooLongException();
            }
        }
    }

    /// <summary>It has ended.</summary>
    public void End(TurnResult result) => Result = result;

    /// <summary>Asks it to stop.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _stop.Cancel();
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _stop.Dispose();
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
