using Microsoft.Extensions.AI;

namespace OllamaStudio.Core.Telemetry.ModelCalls;

/// <summary>Watches a reply while it is being written for what the server does not tell of. Says each thing once. Not safe for concurrent use.</summary>
/// <param name="facts">What is known of the model by now; its window may be unknown until the model is in memory.</param>
/// <param name="promptTokens">Tokens of the prompt, an estimate; null where there is none: then nobody can tell when the window is full.</param>
internal sealed class ReplyWatch(Func<ModelFacts> facts, long? promptTokens) : IDisposable
{
    // A chunk is a token, or nearly; so often the window is asked for.
    private const int ChunksBetweenLooks = 32;

    private readonly RepetitionWatch _repetition = new();
    private bool _isOutgrown;
    private long _length;
    private long _thinking; // of that; it comes before the text
    private int _chunks;

    /// <summary>Takes the next piece.</summary>
    /// <returns>What is wrong from now on; null for nothing new.</returns>
    public ReplyWarning? Add(ChatResponseUpdate update)
    {
        ReplyWarning? warning = null;
        for (var i = 0; i < update.Contents.Count; i++)
        {
            var text = update.Contents[i] switch
            {
                TextContent content => content.Text,
                TextReasoningContent content => content.Text,
                _ => "",
            };
            _length += text.Length;
            _thinking += update.Contents[i] is TextReasoningContent ? text.Length : 0;
            warning = _repetition.Add(text) ?? warning;
        }

        return (warning ?? Outgrown()) is not { } wrong ? null
            : wrong.From < _thinking || (_thinking == _length && _length > 0) ? wrong with { IsThinking = true, Since = _thinking - wrong.From }
            : wrong with { Since = _length - wrong.From };
    }

    /// <inheritdoc />
    public void Dispose() => _repetition.Dispose();

    private ReplyWarning? Outgrown()
    {
        if (_isOutgrown || promptTokens is not { } prompt || ++_chunks % ChunksBetweenLooks != 0 || facts().ContextWindow is not { } window || prompt + _chunks <= window)
        {
            return null;
        }

        _isOutgrown = true;
        return new ReplyWarning(ReplyWarningKind.Outgrown, _length) { Tokens = prompt + _chunks, Window = window };
    }
}
