using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Hosting;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Endpoints;

/// <summary><c>/api/embed</c>: a text or several, a vector for each.</summary>
internal sealed class EmbedEndpoint(SimulatorState state)
{
    public const int Dimensions = 256;

    public async Task HandleAsync(HttpContext context)
    {
        var arrived = state.Time.GetTimestamp();
        var request = await WireAnswers.ReadAsync(context, WireContext.Wire.EmbedRequest);
        var inputs = Inputs(request);
        var model = state.Store.Require(request.Asked());
        var options = GenerationOptions.Read(request.Options, model);

        using var lease = await state.Pool.LoadAsync(model, options.Load, WireTime.ReadKeepAlive(request.KeepAlive), TimeSpan.Zero, context.RequestAborted);
        var load = state.Time.GetElapsedTime(arrived);
        var answer = new EmbedAnswer(request.Asked(), []);
        if (inputs.Count > 0)
        {
            await lease.EnterSlotAsync(context.RequestAborted);
            var fitted = inputs.Select(input => Fit(input, options.Load.ContextLength, request.Truncate ?? true)).ToArray();
            answer = answer with
            {
                Embeddings = [.. fitted.Select(input => Embed(input.Text, request.Dimensions ?? 0))],
                TotalDuration = WireTime.Nanoseconds(state.Time.GetElapsedTime(arrived)),
                LoadDuration = WireTime.Nanoseconds(load),
                PromptEvalCount = fitted.Sum(static input => input.Tokens),
            };
        }

        await WireAnswers.WriteAsync(context, answer, WireContext.Wire.EmbedAnswer);
    }

    /// <summary><c>input</c> is a string or an array of them; an empty string counts as none.</summary>
    private static IReadOnlyList<string> Inputs(EmbedRequest request) => request.Input switch
    {
        null => [],
        { ValueKind: JsonValueKind.String } text => text.GetString() is { Length: > 0 } one ? [one] : [],
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String) =>
            [.. list.EnumerateArray().Select(static item => item.GetString()!)],
        _ => throw WireException.BadRequest("invalid input type"),
    };

    private static (string Text, int Tokens) Fit(string text, int contextLength, bool truncate)
    {
        var tokens = Tokenizer.Count(text);
        return tokens <= contextLength ? (text, tokens)
            : truncate ? (string.Concat(Tokenizer.Split(text).Take(contextLength)), contextLength)
            : throw WireException.BadRequest("the input length exceeds the context length");
    }

    /// <summary>
    /// A vector of length 1, the same for the same text, without a meaning learned: words are hashed, so texts that share
    /// words lie closer together. With fewer dimensions where asked (0 for all).
    /// </summary>
    private static float[] Embed(string text, int dimensions)
    {
        var vector = new float[Dimensions];
        foreach (var token in Tokenizer.Split(text))
        {
            // string.GetHashCode differs from one process to the next.
            var hash = token.Trim().Aggregate(2166136261u, static (sum, c) => unchecked((sum ^ char.ToLowerInvariant(c)) * 16777619u));
            vector[hash % Dimensions] += (hash & 0x10000) == 0 ? 1 : -1;
        }

        // Words that cancel each other out (or no words) must not leave a vector without a direction.
        vector[0] += 0.01f;
        vector = dimensions is > 0 and < Dimensions ? vector[..dimensions] : vector;
        var length = MathF.Sqrt(vector.Sum(static value => value * value));
        return [.. vector.Select(value => length == 0 ? 0 : value / length)];
    }
}
