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
/// The way of a request that makes a model speak, in Ollama's order: model, capabilities, options, load, prompt, generation.
/// What differs between <c>chat</c> and <c>generate</c> is left to subclasses.
/// </summary>
internal abstract class InferenceEndpoint(SimulatorState state)
{
    protected SimulatorState State => state;

    /// <summary>What this endpoint is called in a refusal: <c>chat</c>, <c>generate</c>.</summary>
    protected abstract string Verb { get; }

    /// <summary>A chunk as this endpoint writes it.</summary>
    protected abstract byte[] Format(Answering answering, Chunk chunk);

    protected async Task RunAsync(HttpContext context, InferenceRequest request, CancellationToken cancellationToken)
    {
        var arrived = state.Time.GetTimestamp();
        var model = state.Store.Require(request.Model);
        if (request.Turns.IsEmpty && request.KeepAlive == TimeSpan.Zero)
        {
            state.Pool.Unload(model.Name);
            await WriteWholeAsync(context, Format(new Answering(request, null), new Chunk { Done = true, DoneReason = "unload" }), cancellationToken);
            return;
        }

        var think = Check(model, request);
        var options = GenerationOptions.Read(request.Options, model.Parameters, model.MaxContext);
        var fault = context.RequestedFault() ?? PromptedFault(model, request) ?? StandingFault(request);
        if (fault is not null && await fault.AnswerAsync(context, state.Options, cancellationToken))
        {
            return;
        }

        using var lease = await state.Pool.LoadAsync(model, options.Load, request.KeepAlive, fault?.ExtraLoad ?? TimeSpan.Zero, cancellationToken);
        var load = state.Time.GetElapsedTime(arrived);
        if (request.Turns.IsEmpty)
        {
            await WriteWholeAsync(context, Format(new Answering(request, null), new Chunk { Done = true, DoneReason = "load" }), cancellationToken);
            return;
        }

        var turns = model.System.Length > 0 && request.Turns[0].Role != "system" ? request.Turns.Insert(0, new Turn("system", model.System)) : request.Turns;
        var prompt = Prompt.Render(turns, request.Tools, options.Load.ContextLength, request.Truncate);
        var conversation = new Conversation
        {
            Model = model,
            Turns = prompt.Kept,
            Tools = request.Tools,
            Format = request.Format,
            Think = think,
            Seed = options.Seed ?? state.Options.Seed,
            Dropped = prompt.Dropped,
        };
        var reply = ReplyAuthor.Write(conversation);
        var plan = new GenerationPlan
        {
            Reply = fault?.Shape(reply, conversation) ?? reply,
            Prompt = prompt,
            Options = options,
            Shift = request.Shift,
            Arrived = arrived,
            Load = load,
        };
        var chunks = state.Generator.RunAsync(plan, lease, cancellationToken);
        await AnswerAsync(context, new Answering(request, plan), fault is null ? chunks : fault.Alter(chunks, cancellationToken), fault, cancellationToken);
    }

    private async Task AnswerAsync(HttpContext context, Answering answering, IAsyncEnumerable<Chunk> chunks, Fault? fault, CancellationToken cancellationToken)
    {
        if (answering.Request.Stream)
        {
            var stream = new AnswerStream(context, state.Options, fault);
            await stream.SendAllAsync(chunks, chunk => Format(answering, chunk), cancellationToken);
            return;
        }

        var whole = await AnswerStream.GatherAsync(chunks, cancellationToken);
        await WriteWholeAsync(context, whole.Raw is { } raw ? Encoding.UTF8.GetBytes(raw) : Format(answering, whole), cancellationToken);
    }

    private ThinkLevel Check(DemoModel model, InferenceRequest request)
    {
        var think = request.Think ?? (model.Can(Capability.Thinking) ? ThinkLevel.Medium : ThinkLevel.None);
        if (think != ThinkLevel.None && !model.Can(Capability.Thinking))
        {
            throw WireException.BadRequest($"\"{request.Model}\" does not support thinking");
        }

        if (!model.Can(Capability.Completion))
        {
            throw WireException.BadRequest($"\"{request.Model}\" does not support {Verb}");
        }

        if (!request.Tools.IsEmpty && !model.Can(Capability.Tools))
        {
            throw WireException.BadRequest($"{model.Name.Full} does not support tools");
        }

        if (request.NeedsInsert)
        {
            throw WireException.BadRequest($"{model.Name.Full} does not support insert");
        }

        return think;
    }

    private static Fault? PromptedFault(DemoModel model, InferenceRequest request) =>
        model.Behaviour == DemoCatalog.Faults && request.Turns.LastOrDefault(static turn => turn.Role == "user") is { } question
            ? FaultCatalog.FindInPrompt(question.Content)?.Fault
            : null;

    // A request that only loads says nothing that could go wrong in front of a person, and must not use the fault up.
    private Fault? StandingFault(InferenceRequest request) => request.Turns.IsEmpty ? null : state.StandingFault.Take();

    private static Task WriteWholeAsync(HttpContext context, byte[] json, CancellationToken cancellationToken) =>
        WireAnswers.WriteBytesAsync(context, json, StatusCodes.Status200OK, cancellationToken);

    /// <summary>What an answer is made for; <paramref name="Plan"/> is null where nothing is generated.</summary>
    protected sealed record Answering(InferenceRequest Request, GenerationPlan? Plan);
}
