using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Wire;

/// <summary>What chunks of <c>/api/chat</c> and <c>/api/generate</c> have in common; durations in nanoseconds.</summary>
internal abstract record AnswerChunk
{
    [JsonPropertyOrder(-2)]
    public string Model { get; init; } = "";

    [JsonPropertyOrder(-2)]
    public string CreatedAt { get; init; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool Done { get; init; }

    public string? DoneReason { get; init; }

    /// <summary>The prompt as the model would read it, where nothing else was asked for.</summary>
    [JsonPropertyName("_debug_info")]
    public DebugInfo? DebugInfo { get; init; }

    public IReadOnlyList<LogprobPart>? Logprobs { get; init; }
    public long TotalDuration { get; init; }
    public long LoadDuration { get; init; }
    public int PromptEvalCount { get; init; }
    public long PromptEvalDuration { get; init; }
    public int EvalCount { get; init; }
    public long EvalDuration { get; init; }
}

/// <summary>What <c>_debug_render_only</c> asks for.</summary>
internal sealed record DebugInfo
{
    [JsonConverter(typeof(PlainTextConverter))]
    public required string RenderedTemplate { get; init; }

    public int ImageCount { get; init; }
}

/// <summary>A chunk of <c>/api/chat</c>.</summary>
internal sealed record ChatChunk : AnswerChunk
{
    [JsonPropertyOrder(-1)]
    public required Message Message { get; init; }
}

/// <summary>A chunk of <c>/api/generate</c>; <c>context</c> only on the last.</summary>
internal sealed record GenerateChunk : AnswerChunk
{
    [JsonPropertyOrder(-1), JsonConverter(typeof(PlainTextConverter))]
    public string Response { get; init; } = "";

    [JsonPropertyOrder(-1), JsonConverter(typeof(PlainTextConverter))]
    public string? Thinking { get; init; }

    public IReadOnlyList<int>? Context { get; init; }
}

/// <summary>How sure a model was of a token; made up here, but the same for the same token.</summary>
internal sealed record LogprobPart
{
    public required string Token { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required double Logprob { get; init; }

    public required IReadOnlyList<int> Bytes { get; init; }
    public IReadOnlyList<LogprobPart>? TopLogprobs { get; init; }

    /// <summary>One entry a token of what was sent, each with as many of the likeliest as asked for (itself mostly among them); null without text.</summary>
    public static IReadOnlyList<LogprobPart>? Of(string content, int alternatives) =>
        content.Length > 0 ? [.. Tokenizer.Split(content).Select(token => OfToken(token, alternatives))] : null;

    // Most tokens are sure, some are not, and a few are not the likeliest: those that come first in the list may not be the one that was taken.
    private static LogprobPart OfToken(string token, int alternatives)
    {
        var hash = token.Aggregate(17, static (sum, c) => ((sum * 31) + c) & 0xFFFF);
        var own = (hash % 100) switch
        {
            < 62 => 0.93 + (hash % 7 / 100.0),
            < 84 => 0.55 + (hash % 30 / 100.0),
            < 95 => 0.25 + (hash % 20 / 100.0),
            _ => 0.03 + (hash % 12 / 100.0),
        };
        var sent = Make(token, own);
        if (alternatives == 0)
        {
            return sent;
        }

        // Each takes most of what the ones before it leave.
        var rest = 1 - own;
        var others = Enumerable.Range(0, alternatives).Select(rank =>
        {
            var share = rest * 0.7;
            rest -= share;
            return Make(Other(token, rank), share);
        });
        return sent with { TopLogprobs = [.. others.Prepend(sent).OrderByDescending(static part => part.Logprob).Take(alternatives)] };
    }

    // Of its kind: what begins a word is replaced by what does, a mark by a mark.
    private static string Other(string token, int rank)
    {
        var words = token.Any(char.IsLetterOrDigit) ? s_words : s_marks;
        var other = words[(token.Length + rank) % words.Length];
        other = other == token.Trim() ? words[^1] : other;
        return token.StartsWith(' ') ? " " + other : other;
    }

    private static readonly ImmutableArray<string> s_words = ["the", "a", "it", "that", "one", "this", "which", "what", "all", "so", "more", "first", "its", "each", "some", "when", "then", "very", "both", "any", "also", "here", "still"];

    private static readonly ImmutableArray<string> s_marks = [".", ",", ":", ";", "!", "-", "(", ")", "?", "\n", "\"", "'", "*", "/", "|", "#", "_", "=", "+", "&", "<", ">", "~"];

    private static LogprobPart Make(string token, double probability) => new()
    {
        Token = token,
        Logprob = Math.Log(probability),
        Bytes = [.. Encoding.UTF8.GetBytes(token).Select(static value => (int)value)],
    };
}

// Zero values are left out, so what Ollama writes in any case is nullable here: 0 is not its default.

internal sealed record VersionAnswer(string Version);

internal sealed record ModelList(IReadOnlyList<ListedModel> Models);

/// <summary>One model of <c>/api/tags</c>.</summary>
internal sealed record ListedModel(
    string Name, string Model, string ModifiedAt, long? Size, string Digest, DetailsPart Details, ImmutableArray<string> Capabilities);

internal sealed record RunningList(IReadOnlyList<RunningModel> Models);

/// <summary>One model of <c>/api/ps</c>.</summary>
internal sealed record RunningModel(
    string Name, string Model, long? Size, string Digest, DetailsPart Details, string ExpiresAt, long? SizeVram, int ContextLength);

/// <summary>The <c>details</c> of a model: Ollama writes all of them, empty or not; the longest context in the list of models alone (since 0.32).</summary>
internal sealed record DetailsPart(
    string ParentModel, string Format, string Family, ImmutableArray<string> Families, string ParameterSize, string QuantizationLevel, int? ContextLength = null);

/// <summary>The answer of <c>/api/show</c>.</summary>
internal sealed record ShowAnswer(
    string License,
    string Modelfile,
    string? Parameters,
    string? Template,
    string? System,
    DetailsPart Details,
    JsonObject ModelInfo,
    ImmutableArray<string> Capabilities,
    string ModifiedAt);

/// <summary>A line of <c>/api/pull</c> and <c>/api/create</c>; <c>completed</c> is absent at 0.</summary>
internal sealed record ProgressLine(string Status, string? Digest = null, long Total = 0, long Completed = 0)
{
    /// <summary>The status of the last line where all went well.</summary>
    public const string Success = "success";
}

/// <summary>The answer of <c>/api/embed</c>.</summary>
internal sealed record EmbedAnswer(string Model, IReadOnlyList<float[]> Embeddings, long TotalDuration = 0, long LoadDuration = 0, int PromptEvalCount = 0);
