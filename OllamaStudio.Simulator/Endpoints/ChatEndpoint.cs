using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Hosting;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Endpoints;

/// <summary><c>/api/chat</c>.</summary>
internal sealed class ChatEndpoint(SimulatorState state) : InferenceEndpoint(state)
{
    protected override string Verb => "chat";

    public async Task HandleAsync(HttpContext context)
    {
        var fields = await WireAnswers.ReadAsync(context, ChatRequest.GoType, context.RequestAborted);
        await RunAsync(context, ChatRequest.Read(fields), context.RequestAborted);
    }

    protected override byte[] Format(Answering answering, Chunk chunk)
    {
        var line = new ChatChunk
        {
            Model = answering.Request.Model,
            CreatedAt = WireTime.Utc(State.Time.GetUtcNow()),
            Message = new MessagePart
            {
                Content = chunk.Content,
                Thinking = chunk.Thinking.Length > 0 ? chunk.Thinking : null,
                ToolCalls = chunk.Calls.IsEmpty ? null : [.. chunk.Calls.Select(static (call, i) => new ToolCallPart(call.Id, new FunctionPart(i, call.Name, call.Arguments)))],
            },
            Done = chunk.Done,
            DoneReason = chunk.DoneReason,
            Logprobs = LogprobPart.Of(chunk.Content, answering.Request.Logprobs.Wanted, answering.Request.Logprobs.Alternatives),
            TotalDuration = WireTime.Nanoseconds(chunk.Stats?.Total ?? default),
            LoadDuration = WireTime.Nanoseconds(chunk.Stats?.Load ?? default),
            PromptEvalCount = chunk.Stats?.PromptTokens ?? 0,
            PromptEvalDuration = WireTime.Nanoseconds(chunk.Stats?.PromptEval ?? default),
            EvalCount = chunk.Stats?.Tokens ?? 0,
            EvalDuration = WireTime.Nanoseconds(chunk.Stats?.Eval ?? default),
        };
        return JsonSerializer.SerializeToUtf8Bytes(line, WireContext.Wire.ChatChunk);
    }
}
