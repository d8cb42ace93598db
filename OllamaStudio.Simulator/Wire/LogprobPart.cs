using System.Text;
using System.Text.Json.Serialization;
using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Wire;

/// <summary>How sure a model was of a token; made up here, but the same for the same token.</summary>
internal sealed record LogprobPart
{
    public required string Token { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required double Logprob { get; init; }

    public required IReadOnlyList<int> Bytes { get; init; }

    public IReadOnlyList<LogprobPart>? TopLogprobs { get; init; }

    /// <summary>One entry a token of what was sent, each with as many alternatives as asked for (itself the first of them); null where none are wanted.</summary>
    public static IReadOnlyList<LogprobPart>? Of(string content, bool wanted, int alternatives) =>
        wanted && content.Length > 0 ? [.. Tokenizer.Split(content).Select(token => Of(token, alternatives))] : null;

    private static LogprobPart Of(string token, int alternatives)
    {
        var sent = Make(token, 0);
        return sent with { TopLogprobs = alternatives == 0 ? null : [sent, .. Enumerable.Range(1, alternatives - 1).Select(static rank => Make($" other{rank}", rank))] };
    }

    private static LogprobPart Make(string token, int rank) => new()
    {
        Token = token,
        Logprob = -(token.Sum(static c => c) % 100 / 1000.0) - rank,
        Bytes = [.. Encoding.UTF8.GetBytes(token).Select(static value => (int)value)],
    };
}
