using System.Globalization;
using Microsoft.Extensions.AI;

namespace OllamaStudio.Core.Ollama;

/// <summary>
/// Keys of <see cref="ChatOptions.AdditionalProperties"/> that <see cref="OllamaChatClient"/> sends: what Ollama takes and
/// <see cref="ChatOptions"/> has no property for. Named after Ollama's own fields. Values may be of the field's type or text;
/// any other key, being meant for somebody else, is not sent.
/// </summary>
public static class OllamaRequestProperties
{
    /// <summary>Seconds, a <see cref="TimeSpan"/>, an <see cref="OllamaKeepAlive"/>, or text such as <c>5m</c>; a negative time is for ever.</summary>
    public const string KeepAlive = "keep_alive";

    /// <summary>A <see cref="bool"/>, a <see cref="OllamaSharp.Models.Chat.ThinkValue"/>, or a level's name. Goes before <see cref="ChatOptions.Reasoning"/>.</summary>
    public const string Think = "think";

    /// <summary>A <see cref="bool"/>: true lets a prompt that does not fit be cut in silence. False is sent where it is missing: such a prompt is an error.</summary>
    public const string Truncate = "truncate";

    /// <summary>A <see cref="bool"/>: false ends the answer when the context is full.</summary>
    public const string Shift = "shift";

    /// <summary>A <see cref="bool"/>: whether chunks carry log probabilities (in their raw representation).</summary>
    public const string Logprobs = "logprobs";

    /// <summary>An <see cref="int"/>: alternatives for each token.</summary>
    public const string TopLogprobs = "top_logprobs";

    /// <summary>Context window in tokens, an <see cref="int"/>.</summary>
    public const string NumCtx = "num_ctx";

    /// <summary>The context window that those options ask for, in tokens; null for the server's own.</summary>
    internal static int? WindowOf(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(NumCtx, out var asked) is true && asked is int or long or double ? (int)Math.Clamp(Convert.ToDouble(asked, CultureInfo.InvariantCulture), 0, int.MaxValue) : null;

    /// <summary>Tokens of the prompt read at a time, an <see cref="int"/>.</summary>
    public const string NumBatch = "num_batch";

    /// <summary>Layers on the GPU, an <see cref="int"/>.</summary>
    public const string NumGpu = "num_gpu";

    /// <summary>The GPU that holds what is not split, an <see cref="int"/>.</summary>
    public const string MainGpu = "main_gpu";

    /// <summary>Whether the model file is mapped into memory, a <see cref="bool"/>.</summary>
    public const string UseMmap = "use_mmap";

    /// <summary>CPU threads, an <see cref="int"/>.</summary>
    public const string NumThread = "num_thread";

    /// <summary>Tokens that stay when the context is shifted, an <see cref="int"/>.</summary>
    public const string NumKeep = "num_keep";

    /// <summary>Most tokens to generate, an <see cref="int"/>; where <see cref="ChatOptions.MaxOutputTokens"/> is set, that counts.</summary>
    public const string NumPredict = "num_predict";

    /// <summary>Share of the likeliest token's probability below which tokens are left out, a <see cref="float"/>.</summary>
    public const string MinP = "min_p";

    /// <summary>Locally typical sampling, a <see cref="float"/>.</summary>
    public const string TypicalP = "typical_p";

    /// <summary>How far back repetition is looked for, an <see cref="int"/>.</summary>
    public const string RepeatLastN = "repeat_last_n";

    /// <summary>How strongly repetition is punished, a <see cref="float"/>.</summary>
    public const string RepeatPenalty = "repeat_penalty";
}
