using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Hosting;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Endpoints;

/// <summary><c>/api/embed</c>: a text or several, a vector for each.</summary>
internal sealed class EmbedEndpoint(SimulatorState state)
{
    public async Task HandleAsync(HttpContext context)
    {
        var arrived = state.Time.GetTimestamp();
        var request = await WireAnswers.ReadAsync(context, WireContext.Wire.EmbedRequest);
        var inputs = Inputs(request);
        var name = request.Asked();
        var model = state.Store.Require(name);
        var options = GenerationOptions.Read(request.Options, model);
        var keepAlive = WireTime.ReadKeepAlive(request.KeepAlive);

        using var lease = await state.Pool.LoadAsync(model, options.Load, keepAlive, TimeSpan.Zero, context.RequestAborted);
        var load = state.Time.GetElapsedTime(arrived);
        if (inputs.Count == 0)
        {
            await WireAnswers.WriteAsync(context, new EmbedAnswer { Model = name, Embeddings = [] }, WireContext.Wire.EmbedAnswer);
            return;
        }

        await lease.EnterSlotAsync(context.RequestAborted);
        var fitted = inputs.Select(input => Fit(input, options.Load.ContextLength, request.Truncate ?? true)).ToArray();
        var dimensions = request.Dimensions ?? 0;
        var answer = new EmbedAnswer
        {
            Model = name,
            Embeddings = [.. fitted.Select(input => Embedding.Of(input.Text, dimensions))],
            TotalDuration = WireTime.Nanoseconds(state.Time.GetElapsedTime(arrived)),
            LoadDuration = WireTime.Nanoseconds(load),
            PromptEvalCount = fitted.Sum(static input => input.Tokens),
        };
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
}
