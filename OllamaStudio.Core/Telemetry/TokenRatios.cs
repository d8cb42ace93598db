using System.Collections.Concurrent;

namespace OllamaStudio.Core.Telemetry;

/// <summary>
/// How many tokens a prompt of so many characters has, by model: from the counts of its newest calls, for no tokenizer is at hand. A prompt
/// together with its reply counts as one, too: it is what the next turn begins with. Knows how far off it was. What a model makes of an image is learnt by itself, from what such a call has more than its texts. In memory: the newest 16 calls of at most 100 models;
/// those of before the studio's start are read back when a model is first met. Safe for concurrent use.
/// </summary>
/// <param name="before">Tells of those; null for nobody.</param>
public sealed class TokenRatios(IPromptCounts? before = null)
{
    private const int CallsKept = 16;
    private const int ErrorsKept = 10;
    private const int ModelsKept = 100;

    // English and JSON have about as many characters to a token with the tokenizers of common models.
    private const double UsualCharacters = 4;

    private readonly ConcurrentDictionary<string, Model> _models = new(StringComparer.Ordinal);

    /// <summary>Learns from a call whose prompt was read whole.</summary>
    /// <param name="model">The model.</param>
    /// <param name="characters">How long the prompt was (<see cref="PromptWeight"/>).</param>
    /// <param name="tokens">Tokens that the server counted.</param>
    /// <param name="images">Images among it, each of which is in <paramref name="characters"/> as <see cref="PromptWeight"/> has it.</param>
    public void Learn(string model, long characters, long tokens, int images = 0) => Learn(model, new PromptCount(characters, tokens, images));

    /// <summary>Learns from a call whose prompt was read whole.</summary>
    public void Learn(string model, PromptCount count)
    {
        ArgumentNullException.ThrowIfNull(count);
        if (Known(model) is { } known)
        {
            lock (known)
            {
                Learn(known, count);
            }
        }
    }

    /// <summary>Forgets all counts.</summary>
    internal void Forget() => _models.Clear();

    /// <summary>About how many tokens an image is for that model; null where none was measured yet.</summary>
    public long? TokensPerImage(string model) => Read(model, static known => known.Images.Count == 0 ? (long?)null : MiddleOf(known.Images));

    /// <summary>About how many tokens that many characters are: as in the model's call that was most alike, else as usual.</summary>
    public long Estimate(string model, long characters) =>
        Read(model, known => Guess(known, characters)) ?? (long)Math.Round(characters / UsualCharacters);

    /// <summary>The same where one of the model's calls was between half and double as long; else null.</summary>
    public long? EstimateClosely(string model, long characters) => Read(model, known =>
        known.Calls.Any(call => call.Characters <= 2 * characters && characters <= 2 * (call.Characters + (call.ReplyCharacters ?? 0))) ? Guess(known, characters) : null);

    /// <summary>
    /// About how many tokens a prompt with images has, to be compared with what holds it while the reply grows: where none of the model's calls was alike, a quarter
    /// less than the estimate, for it is better to say late than wrongly that it is full.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="weight">How long it is, images included (<see cref="PromptWeight"/>).</param>
    /// <param name="images">Images among it.</param>
    /// <returns>Null where nobody knows what the model makes of an image.</returns>
    public long? EstimateCautiously(string model, long weight, int images)
    {
        var characters = weight - ((long)images * PromptWeight.PerImage);
        return (images == 0 ? 0 : images * TokensPerImage(model)) + (EstimateClosely(model, characters) ?? Estimate(model, characters) * 3 / 4);
    }

    /// <summary>How far off the last estimates for a model were: of how many, and the worst as a share of what was counted. Null where none could be checked yet.</summary>
    public (int Count, double Worst)? ErrorOf(string model) =>
        Read(model, static known => known.Errors.Count == 0 ? ((int, double)?)null : (known.Errors.Count, known.Errors.Max()));

    private static void Learn(Model known, PromptCount count)
    {
        var (characters, tokens, images) = count;
        if (characters <= 0 || tokens <= 0 || count is { ReplyCharacters: < 0 } or { ReplyTokens: < 0 })
        {
            return;
        }

        if (images > 0)
        {
            LearnImage(known, characters - ((long)images * PromptWeight.PerImage), tokens, images);
        }
        else if (Guess(known, characters) is { } guess)
        {
            Enqueue(known.Errors, Math.Abs(guess - tokens) / (double)tokens, ErrorsKept);
        }

        if (images == 0)
        {
            Enqueue(known.Calls, count, CallsKept);
        }
    }

    // Of the rest: what the texts take is told by calls without images, else by what is usual, which is next to nothing beside an image.
    private static void LearnImage(Model known, long characters, long tokens, int images)
    {
        var texts = Guess(known, characters) ?? (long)Math.Round(characters / UsualCharacters);
        if (known.Images.Count > 0)
        {
            Enqueue(known.Errors, Math.Abs(texts + (images * MiddleOf(known.Images)) - tokens) / (double)tokens, ErrorsKept);
        }

        if (tokens > texts)
        {
            Enqueue(known.Images, (tokens - texts) / images, CallsKept);
        }
    }

    private static long MiddleOf(Queue<long> tokens) => tokens.Order().ElementAt(tokens.Count / 2);

    private static long? Guess(Model model, long characters) =>
        model.Calls.Count == 0 ? null
        : model.Calls.Reverse().SelectMany(Lengths).MinBy(length => Math.Abs(Math.Log((double)length.Characters / Math.Max(1, characters)))) is var (known, tokens) // of equals the newest
            ? (long)Math.Round(tokens * (characters / (double)known))
            : null;

    private static IEnumerable<(long Characters, long Tokens)> Lengths(PromptCount call) => call is { ReplyCharacters: { } more, ReplyTokens: { } tokens }
        ? [(call.Characters, call.Tokens), (call.Characters + more, call.Tokens + tokens)]
        : [(call.Characters, call.Tokens)];

    private static void Enqueue<T>(Queue<T> queue, T item, int most)
    {
        queue.Enqueue(item);
        if (queue.Count > most)
        {
            queue.Dequeue();
        }
    }

    private T? Read<T>(string model, Func<Model, T?> read)
    {
        if (Known(model) is not { } known)
        {
            return default;
        }

        lock (known)
        {
            return read(known);
        }
    }

    // Null where nothing can be read now: it is tried again.
    private IReadOnlyList<PromptCount>? ReadBack(string model)
    {
        try
        {
            return before is null ? [] : before.Newest(model, CallsKept);
        }
        catch (Exception)
        {
            return null; // an estimate is no reason for a turn to fail
        }
    }

    // Null for one too many.
    private Model? Known(string model)
    {
        if (!_models.TryGetValue(model, out var known))
        {
            if (_models.Count >= ModelsKept)
            {
                return null;
            }

            known = _models.GetOrAdd(model, static _ => new Model());
        }

        if (!known.IsReadBack)
        {
            lock (known)
            {
                if (!known.IsReadBack && ReadBack(model) is { } counts)
                {
                    known.IsReadBack = true;
                    foreach (var count in counts)
                    {
                        Learn(known, count);
                    }
                }
            }
        }

        return known;
    }

    private sealed class Model
    {
        private volatile bool _isReadBack;

        public bool IsReadBack { get => _isReadBack; set => _isReadBack = value; }

        public Queue<PromptCount> Calls { get; } = [];

        public Queue<double> Errors { get; } = [];

        public Queue<long> Images { get; } = [];
    }
}
