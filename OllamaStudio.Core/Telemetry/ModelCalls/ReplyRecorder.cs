using System.Text;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry.Capture;

namespace OllamaStudio.Core.Telemetry.ModelCalls;

/// <summary>
/// Watches the pieces of a reply go by and adds up what is known of it. Over a whole turn, counts and durations of its
/// model calls are summed. Not safe for concurrent use.
/// </summary>
internal sealed class ReplyRecorder
{
    // Far more than a model calls in one reply; a runaway reply must not fill memory by its record.
    private const int MaxToolCalls = 1_000;

    private readonly TimeProvider _time;
    private readonly bool _streamed;
    private readonly int _textLimit;
    private readonly long _startedAt;
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _reasoning = new();
    private readonly List<FunctionCallContent> _toolCalls = [];
    private TimeSpan _lastChunkAt;
    private TimeSpan? _thinkingSince;
    private TimeSpan? _toolDuration;
    private int _pendingCalls;

    /// <summary>Begins now.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="streamed">Whether pieces come as they are made; if not, there is no first chunk to time.</param>
    /// <param name="policy">Bounds how much text is kept; null keeps none, only its length.</param>
    public ReplyRecorder(TimeProvider time, bool streamed, CapturePolicy? policy)
    {
        _time = time;
        _streamed = streamed;
        _startedAt = time.GetTimestamp();
        _textLimit = policy switch
        {
            null or { Outputs: false } => 0,
            { Level: CaptureLevel.Full } => int.MaxValue,
            _ => CapturePolicy.PreviewScanLength,
        };
    }

    /// <summary>Answer text, as far as it is kept.</summary>
    public string Text => _text.ToString();

    /// <summary>Thinking, as far as it is kept.</summary>
    public string Reasoning => _reasoning.ToString();

    /// <summary>Characters of answer text received.</summary>
    public long TextLength { get; private set; }

    /// <summary>Characters of thinking received.</summary>
    public long ReasoningLength { get; private set; }

    /// <summary>Chunks received.</summary>
    public int ChunkCount { get; private set; }

    /// <summary>Tool calls received, the first 1,000.</summary>
    public IReadOnlyList<FunctionCallContent> ToolCalls => _toolCalls;

    /// <summary>Prompt tokens; null where unknown.</summary>
    public long? InputTokens { get; private set; }

    /// <summary>Generated tokens; null where unknown.</summary>
    public long? OutputTokens { get; private set; }

    /// <summary>Prompt tokens that were cached; null where unknown.</summary>
    public long? CachedTokens { get; private set; }

    /// <summary>Prompt tokens that had to be read; null where unknown.</summary>
    public long? EvaluatedTokens { get; private set; }

    /// <summary>Ollama's own total; null where unknown.</summary>
    public TimeSpan? TotalDuration { get; private set; }

    /// <summary>Loading the model; null where unknown.</summary>
    public TimeSpan? LoadDuration { get; private set; }

    /// <summary>Reading the prompt; null where unknown.</summary>
    public TimeSpan? PromptEvalDuration { get; private set; }

    /// <summary>Generating; null where unknown.</summary>
    public TimeSpan? EvalDuration { get; private set; }

    /// <summary>Total less the other three, never negative: waiting for a free slot. Null where the total is unknown.</summary>
    public TimeSpan? QueueDuration => TotalDuration is { } total
        ? TimeSpan.FromTicks(Math.Max(0, (total - (LoadDuration ?? default) - (PromptEvalDuration ?? default) - (EvalDuration ?? default)).Ticks))
        : null;

    /// <summary>Sending to the first chunk; null where none came, or the reply is not streamed.</summary>
    public TimeSpan? TimeToFirstChunk { get; private set; }

    /// <summary>Sending to the first answer text; null where none came, or the reply is not streamed.</summary>
    public TimeSpan? TimeToFirstAnswer { get; private set; }

    /// <summary>First thought to what came of it, summed over the model calls; null where there was none, or the reply is not streamed.</summary>
    public TimeSpan? ThinkingDuration { get; private set; }

    /// <summary>Last piece from the model to the last result of its tools, summed; waiting for the person's word is in it. Null where no tool was called.</summary>
    public TimeSpan? ToolDuration => _pendingCalls > 0 ? (_toolDuration ?? default) + (Elapsed - _lastChunkAt) : _toolDuration;

    /// <summary>Between the last two chunks; null before the second one, or where the reply is not streamed.</summary>
    public TimeSpan? TimeBetweenChunks { get; private set; }

    /// <summary>Ollama's word on why the reply ended; null while it has not, or where it says nothing.</summary>
    public string? DoneReason { get; private set; }

    /// <summary>The same in the words of the abstraction: <c>tool_calls</c> where Ollama says <c>stop</c>.</summary>
    public string? FinishReason { get; private set; }

    /// <summary>The model that answered; null where it is not said.</summary>
    public string? ModelId { get; private set; }

    /// <summary>The reply's id; null where it has none.</summary>
    public string? ResponseId { get; private set; }

    /// <summary>Wall clock since the beginning.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_startedAt);

    /// <summary>Takes the next piece.</summary>
    public void Add(ChatResponseUpdate update)
    {
        ChunkCount++;
        var now = Elapsed;
        if (_streamed)
        {
            TimeToFirstChunk ??= now;
            TimeBetweenChunks = ChunkCount > 1 ? now - _lastChunkAt : null;
            AddThinking(update, now);
        }

        if (Has<FunctionResultContent>(update))
        {
            _toolDuration = (_toolDuration ?? default) + (now - _lastChunkAt);
        }

        _lastChunkAt = now;

        ModelId ??= update.ModelId;
        ResponseId ??= update.ResponseId;
        FinishReason = update.FinishReason?.Value ?? FinishReason;
        for (var i = 0; i < update.Contents.Count; i++)
        {
            Add(update.Contents[i]);
        }

        if (update.AdditionalProperties is { } properties)
        {
            TotalDuration = Sum(TotalDuration, properties, ResponseProperties.TotalDuration);
            LoadDuration = Sum(LoadDuration, properties, ResponseProperties.LoadDuration);
            PromptEvalDuration = Sum(PromptEvalDuration, properties, ResponseProperties.PromptEvalDuration);
            EvalDuration = Sum(EvalDuration, properties, ResponseProperties.EvalDuration);
            DoneReason = properties.TryGetValue<string>(ResponseProperties.DoneReason, out var reason) ? reason : DoneReason;
        }
    }

    private void AddThinking(ChatResponseUpdate update, TimeSpan now)
    {
        if (Has<TextReasoningContent>(update, static reasoning => reasoning.Text.Length > 0))
        {
            _thinkingSince ??= now;
        }
        else if (_thinkingSince is { } since)
        {
            ThinkingDuration = (ThinkingDuration ?? default) + (now - since);
            _thinkingSince = null;
        }
    }

    // By index: for every piece an enumerator would be made, of a hundred thousand.
    private static bool Has<T>(ChatResponseUpdate update, Func<T, bool>? which = null) where T : AIContent
    {
        for (var i = 0; i < update.Contents.Count; i++)
        {
            if (update.Contents[i] is T content && which?.Invoke(content) is not false)
            {
                return true;
            }
        }

        return false;
    }

    private void Add(AIContent content)
    {
        switch (content)
        {
            case TextContent { Text.Length: > 0 } text:
                if (_streamed)
                {
                    TimeToFirstAnswer ??= _lastChunkAt;
                }

                TextLength += text.Text.Length;
                Keep(_text, text.Text);
                break;
            case TextReasoningContent { Text.Length: > 0 } reasoning:
                ReasoningLength += reasoning.Text.Length;
                Keep(_reasoning, reasoning.Text);
                break;
            case FunctionCallContent call:
                _pendingCalls++;
                if (_toolCalls.Count < MaxToolCalls)
                {
                    _toolCalls.Add(call);
                }

                break;
            case FunctionResultContent:
                _pendingCalls--;
                break;
            case UsageContent usage:
                InputTokens = Sum(InputTokens, usage.Details.InputTokenCount);
                OutputTokens = Sum(OutputTokens, usage.Details.OutputTokenCount);
                CachedTokens = Sum(CachedTokens, usage.Details.CachedInputTokenCount);
                EvaluatedTokens = Sum(EvaluatedTokens, usage.Details.InputTokenCount - usage.Details.CachedInputTokenCount);
                break;
        }
    }

    private void Keep(StringBuilder kept, string piece) =>
        kept.Append(piece, 0, Math.Min(piece.Length, _textLimit - kept.Length));

    private static long? Sum(long? sum, long? next) => next is null ? sum : (sum ?? 0) + next;

    private static TimeSpan? Sum(TimeSpan? sum, AdditionalPropertiesDictionary properties, string key) =>
        properties.TryGetValue<TimeSpan>(key, out var next) ? (sum ?? default) + next : sum;
}
