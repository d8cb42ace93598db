using Microsoft.Extensions.AI;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Chat;

/// <summary>Takes what a turn yields while it runs. Called one at a time, in order; must be quick.</summary>
public interface ITurnSink
{
    /// <summary>The turn's root span has started.</summary>
    /// <param name="traceId">32 hexadecimal digits; null where nobody listens for spans.</param>
    /// <param name="sampled">Whether the trace is recorded for export.</param>
    /// <param name="capture">How much of its content is put on spans.</param>
    void Started(string? traceId, bool sampled, CaptureLevel capture);

    /// <summary>The turn's root span has ended, and what decides of traces at their end leaves this one out: it is not exported after all.</summary>
    void LeftOut()
    {
    }

    /// <summary>A piece of the reply arrived.</summary>
    void Received(ChatResponseUpdate update);

    /// <summary>Something goes wrong with the reply while it is being written; the piece that it was seen by was received just before.</summary>
    void Warned(ReplyWarning warning)
    {
    }

    /// <summary>
    /// Thinking and text of the model's latest answer, which called tools: what the model is told again, with their results.
    /// Asked once all pieces of that answer were received; both may be empty.
    /// </summary>
    (string Thinking, string Text) LatestAnswer();

    /// <summary>The turn is over; write it to the store. Runs within the span <c>log_interaction</c>.</summary>
    ValueTask LogAsync(TurnResult result, CancellationToken cancellationToken);
}
