using System.Text.Json;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Endpoints;

/// <summary>Writes a chunk as a line of <c>/api/chat</c> or of <c>/api/generate</c>.</summary>
internal static class AnswerFormat
{
    private const int Vocabulary = 128_256;

    /// <summary>The line's JSON; <paramref name="plan"/> is null where nothing is generated.</summary>
    public static byte[] Write(InferenceRequest request, Chunk chunk, GenerationPlan? plan, DateTimeOffset now)
    {
        var thinking = chunk.Thinking.Length > 0 ? chunk.Thinking : null;
        AnswerChunk line = request is GenerateRequest generate
            ? new GenerateChunk
            {
                Response = chunk.Content,
                Thinking = thinking,
                Context = chunk.Stats is not null && plan is not null && generate.Raw != true ? Encode(plan) : null,
            }
            : new ChatChunk
            {
                Message = new Message
                {
                    Role = "assistant",
                    Content = chunk.Content,
                    Thinking = thinking,
                    ToolCalls = chunk.Calls.IsEmpty ? null : chunk.Calls,
                },
            };
        line = line with
        {
            Model = request.Model,
            CreatedAt = WireTime.Utc(now),
            Done = chunk.Done,
            DoneReason = chunk.DoneReason,
            Logprobs = request.Logprobs == true ? LogprobPart.Of(chunk.Content.Length > 0 ? chunk.Content : thinking ?? "", request.TopLogprobs ?? 0) : null,
            TotalDuration = WireTime.Nanoseconds(chunk.Stats?.Total ?? default),
            LoadDuration = WireTime.Nanoseconds(chunk.Stats?.Load ?? default),
            PromptEvalCount = chunk.Stats?.PromptTokens ?? 0,
            PromptEvalDuration = WireTime.Nanoseconds(chunk.Stats?.PromptEval ?? default),
            EvalCount = chunk.Stats?.Tokens ?? 0,
            EvalDuration = WireTime.Nanoseconds(chunk.Stats?.Eval ?? default),
        };
        return JsonSerializer.SerializeToUtf8Bytes(line, line.GetType(), WireContext.Wire);
    }

    /// <summary>The prompt alone, as <c>_debug_render_only</c> asks for it.</summary>
    public static byte[] WriteRendered(InferenceRequest request, Prompt prompt, DateTimeOffset now)
    {
        var info = new DebugInfo { RenderedTemplate = prompt.Text, ImageCount = prompt.Kept.Sum(static turn => turn.Images?.Count ?? 0) };
        AnswerChunk line = request is GenerateRequest ? new GenerateChunk() : new ChatChunk { Message = new Message { Role = "" } };
        line = line with { Model = request.Model, CreatedAt = WireTime.Utc(now), DebugInfo = info };
        return JsonSerializer.SerializeToUtf8Bytes(line, line.GetType(), WireContext.Wire);
    }

    /// <summary>One number a token of prompt and reply: as long as Ollama's <c>context</c>, and as meaningless to a reader.</summary>
    private static int[] Encode(GenerationPlan plan) =>
        [.. Tokenizer.Split(plan.Prompt.Text + plan.Reply.Text).Select(static token => token.Aggregate(7, static (sum, c) => ((sum * 31) + c) % Vocabulary))];
}
