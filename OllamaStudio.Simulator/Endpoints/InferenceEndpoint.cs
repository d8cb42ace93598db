using System.Text;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Faults;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Hosting;
using OllamaStudio.Simulator.Models;
using OllamaStudio.Simulator.Replies;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Endpoints;

/// <summary>
/// <c>/api/chat</c> and <c>/api/generate</c>: the way of a request that makes a model speak, in Ollama's order: model,
/// capabilities, options, load, prompt, generation. They differ in their bodies and in how a chunk is written.
/// </summary>
internal sealed class InferenceEndpoint(SimulatorState state)
{
    public async Task ChatAsync(HttpContext context) => await RunAsync(context, "chat", await WireAnswers.ReadAsync(context, WireContext.Wire.ChatRequest));

    public async Task GenerateAsync(HttpContext context) => await RunAsync(context, "generate", await WireAnswers.ReadAsync(context, WireContext.Wire.GenerateRequest));

    private async Task RunAsync(HttpContext context, string verb, InferenceRequest request)
    {
        var cancellationToken = context.RequestAborted;
        var arrived = state.Time.GetTimestamp();
        request.Check();
        var (asked, format, keepAlive, turns) = (request.ReadThink(), request.ReadFormat(), WireTime.ReadKeepAlive(request.KeepAlive), request.Turns);
        var model = state.Store.Require(request.Model);
        if (turns.IsEmpty && keepAlive == TimeSpan.Zero)
        {
            state.Pool.Unload(model.Name);
            await AnswerWithoutTextAsync(context, request, "unload");
            return;
        }

        var think = Check(model, verb, request, asked);
        var options = GenerationOptions.Read(request.Options, model);
        var fault = context.Features.Get<Fault>() ?? PromptedFault(model, turns) ?? StandingFault(turns);
        if (fault is not null && await fault.AnswerAsync(context, state.Options, cancellationToken))
        {
            return;
        }

        using var lease = await state.Pool.LoadAsync(model, options.Load, keepAlive, fault?.ExtraLoad ?? TimeSpan.Zero, cancellationToken);
        var load = state.Time.GetElapsedTime(arrived);
        if (turns.IsEmpty)
        {
            await AnswerWithoutTextAsync(context, request, "load");
            return;
        }

        if (model.System.Length > 0 && turns[0].Role != "system")
        {
            turns = turns.Insert(0, new Message { Role = "system", Content = model.System });
        }

        var prompt = Prompt.Render(turns, request.OfferedTools, options.Load.ContextLength, request.Truncate ?? true, model.EndsEveryMessage);
        if (request.RenderOnly is true)
        {
            await WireAnswers.WriteBytesAsync(context, AnswerFormat.WriteRendered(request, prompt, state.Time.GetUtcNow()));
            return;
        }

        var conversation = new Conversation
        {
            Model = model,
            Turns = prompt.Kept,
            Tools = request.OfferedTools,
            Format = format,
            Think = think,
            Seed = options.Seed ?? state.Options.Seed,
            Dropped = prompt.Dropped,
        };
        var reply = ReplyAuthor.Write(conversation);
        var plan = new GenerationPlan(fault?.Shape(reply, conversation) ?? reply, prompt, options, request.Shift ?? true, arrived, load);
        var chunks = state.Generator.RunAsync(plan, lease, cancellationToken);
        var answer = new AnswerStream(context, state.Options, fault);
        if (request.Stream ?? true)
        {
            await answer.SendAsync(chunks, Format);
        }
        else
        {
            await WireAnswers.WriteBytesAsync(context, Format(await answer.GatherAsync(chunks)));
        }

        byte[] Format(Chunk chunk) =>
            chunk.Raw is { } raw ? Encoding.UTF8.GetBytes(raw) : AnswerFormat.Write(request, chunk, plan, state.Time.GetUtcNow());
    }

    private Task AnswerWithoutTextAsync(HttpContext context, InferenceRequest request, string reason) =>
        WireAnswers.WriteBytesAsync(context, AnswerFormat.Write(request, new Chunk { Done = true, DoneReason = reason }, plan: null, state.Time.GetUtcNow()));

    private static ThinkLevel Check(DemoModel model, string verb, InferenceRequest request, ThinkLevel? asked)
    {
        var think = asked ?? (model.Can(Capability.Thinking) ? ThinkLevel.Medium : ThinkLevel.None);
        var refusal =
            think != ThinkLevel.None && !model.Can(Capability.Thinking) ? $"\"{request.Model}\" does not support thinking"
            : !model.Can(Capability.Completion) ? $"\"{request.Model}\" does not support {verb}"
            : !request.OfferedTools.IsEmpty && !model.Can(Capability.Tools) ? $"{model.Name.Full} does not support tools"
            // A suffix asks for the capability "insert", which no demo model has.
            : request is GenerateRequest { Suffix.Length: > 0 } ? $"{model.Name.Full} does not support insert"
            // As its runner says it: JSON in the error's text.
            : !model.Can(Capability.Vision) && request.Turns.Any(static turn => turn.Images is { Count: > 0 })
                ? """{"error":{"code":400,"message":"Multimodal data provided, but model does not support multimodal requests.","type":"invalid_request_error"}}"""
            : null;
        return refusal is null ? think : throw WireException.BadRequest(refusal);
    }

    private static Fault? PromptedFault(DemoModel model, IEnumerable<Message> turns) =>
        model.Behaviour == DemoCatalog.Faults && turns.LastOrDefault(static turn => turn.Role == "user") is { } question
            ? FaultCatalog.FindInPrompt(question.Content)?.Fault
            : null;

    // A request that only loads says nothing that could go wrong in front of a person, and must not use the fault up.
    private Fault? StandingFault(IEnumerable<Message> turns) => turns.Any() ? state.StandingFault.Take() : null;
}
