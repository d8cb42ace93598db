using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Hosting;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Endpoints;

/// <summary><c>/api/generate</c>: one prompt, one answer, and a <c>context</c> on the last line.</summary>
internal sealed class GenerateEndpoint(SimulatorState state) : InferenceEndpoint(state)
{
    private const int Vocabulary = 128_256;

    protected override string Verb => "generate";

    public async Task HandleAsync(HttpContext context)
    {
        var fields = await WireAnswers.ReadAsync(context, GenerateRequest.GoType, context.RequestAborted);
        await RunAsync(context, GenerateRequest.Read(fields), context.RequestAborted);
    }

    protected override byte[] Format(Answering answering, Chunk chunk)
    {
        var line = new GenerateChunk
        {
            Model = answering.Request.Model,
            CreatedAt = WireTime.Utc(State.Time.GetUtcNow()),
            Response = chunk.Content,
            Thinking = chunk.Thinking.Length > 0 ? chunk.Thinking : null,
            Done = chunk.Done,
            DoneReason = chunk.DoneReason,
            Logprobs = LogprobPart.Of(chunk.Content, answering.Request.Logprobs.Wanted, answering.Request.Logprobs.Alternatives),
            Context = chunk.Stats is not null && answering is { Request.Raw: false, Plan: { } plan } ? Encode(plan) : null,
            TotalDuration = WireTime.Nanoseconds(chunk.Stats?.Total ?? default),
            LoadDuration = WireTime.Nanoseconds(chunk.Stats?.Load ?? default),
            PromptEvalCount = chunk.Stats?.PromptTokens ?? 0,
            PromptEvalDuration = WireTime.Nanoseconds(chunk.Stats?.PromptEval ?? default),
            EvalCount = chunk.Stats?.Tokens ?? 0,
            EvalDuration = WireTime.Nanoseconds(chunk.Stats?.Eval ?? default),
        };
        return JsonSerializer.SerializeToUtf8Bytes(line, WireContext.Wire.GenerateChunk);
    }

    /// <summary>One number a token of prompt and reply: as long as Ollama's, and as meaningless to a reader.</summary>
    private static int[] Encode(GenerationPlan plan) =>
        [.. Tokenizer.Split(plan.Prompt.Text + plan.Reply.Text).Select(static token => token.Aggregate(7, static (sum, c) => ((sum * 31) + c) % Vocabulary))];
}
