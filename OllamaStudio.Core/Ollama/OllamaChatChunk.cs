using System.Collections.Immutable;
using OllamaSharp.Models.Chat;
using OllamaStudio.Core.Ollama.Json;

namespace OllamaStudio.Core.Ollama;

/// <summary>
/// One line of a streamed chat, or the whole answer of one that is not: OllamaSharp's chunk as <see cref="ChatChunkConverter"/> makes
/// it. Its own properties stand in for those of the base that cannot say what a line says: counts of 32 bits that are 0 where the
/// line has none, arguments that are always an object. The wire's <c>message</c> is flattened, which spares an object per chunk.
/// </summary>
public sealed class OllamaChatChunk : ChatResponseStream
{
    /// <summary>When the server made it; null where unknown. The base would parse it once more, and keep it as text.</summary>
    public new DateTimeOffset? CreatedAt { get; set; }

    /// <summary>Who speaks; <c>assistant</c> where the server leaves it out.</summary>
    public string Role { get; set; } = "assistant";

    /// <summary>The next piece of the answer; often empty, never null.</summary>
    public string Content { get; set; } = "";

    /// <summary>The next piece of the thinking; null for none.</summary>
    public string? Thinking { get; set; }

    /// <summary>Calls that the model asks for; empty, never default.</summary>
    public ImmutableArray<OllamaToolCall> ToolCalls { get; set; } = [];

    /// <summary>Log probabilities of the tokens of this piece; empty unless they were asked for.</summary>
    public ImmutableArray<OllamaLogprob> Logprobs { get; set; } = [];

    /// <summary>Whether it is the last one. Hides the base's, which stays false: OllamaSharp would read that line a second time, into its own counts.</summary>
    public new bool Done { get; set; }

    /// <summary><c>stop</c>, <c>length</c>, <c>load</c>, <c>unload</c> or a word of a later version; null before the last, and from some servers on it.</summary>
    public string? DoneReason { get; set; }

    /// <summary>Durations and counts; null before the last, and where the server sent none.</summary>
    public OllamaStats? Stats { get; set; }

    /// <summary>The line's <c>error</c>; null, but for a line that nobody is handed.</summary>
    internal WireError? Error { get; set; }
}
