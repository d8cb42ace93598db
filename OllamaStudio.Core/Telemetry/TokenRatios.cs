using System.Collections.Concurrent;
using OllamaStudio.Core.Telemetry.ModelCalls;

namespace OllamaStudio.Core.Telemetry;

/// <summary>
/// How many tokens a prompt of so many characters has had, by model: from the counts of the newest calls, for no tokenizer is at hand.
/// Kept in memory, the newest 16 calls of the newest 100 models. Safe for concurrent use.
/// </summary>
public sealed class TokenRatios
{
    private const int CallsKept = 16;
    private const int ModelsKept = 100;

    private readonly ConcurrentDictionary<string, Queue<(long Characters, long Tokens)>> _calls = new(StringComparer.Ordinal);

    /// <summary>Learns from a call whose prompt was read whole.</summary>
    /// <param name="model">The model.</param>
    /// <param name="characters">Characters of text in its messages.</param>
    /// <param name="tokens">Tokens that the server counted.</param>
    public void Learn(string model, long characters, long tokens)
    {
        if (characters <= 0 || tokens <= 0 || (_calls.Count >= ModelsKept && !_calls.ContainsKey(model)))
        {
            return;
        }

        var calls = _calls.GetOrAdd(model, static _ => []);
        lock (calls)
        {
            calls.Enqueue((characters, tokens));
            if (calls.Count > CallsKept)
            {
                calls.Dequeue();
            }
        }
    }

    /// <summary>About how many tokens that many characters are, from the call that was most alike; null where none was between half and double as long.</summary>
    public long? Estimate(string model, long characters)
    {
        if (!_calls.TryGetValue(model, out var calls))
        {
            return null;
        }

        lock (calls)
        {
            var alike = calls.Where(call => call.Characters <= 2 * characters && characters <= 2 * call.Characters).ToList();
            return alike.Count == 0 ? null : alike.MinBy(call => Math.Abs(call.Characters - characters)) is var (known, tokens) ? (long)Math.Round(tokens * (characters / (double)known)) : null;
        }
    }
}
