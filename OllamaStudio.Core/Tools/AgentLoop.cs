using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Tools;

/// <summary>
/// The agent loop of one turn: asks the model, runs the tools that it calls, tells it the results, and so on until it
/// answers or a bound is reached, which the reply then says. Everything is passed on as it comes: text, thinking, calls,
/// results. Each iteration has a span of its own; model call and tools run below it.
/// </summary>
/// <param name="client">Calls the model; instrumented. Not disposed.</param>
/// <param name="tools">What may be called; null where none are offered: calls are then answered with that.</param>
/// <param name="time">The clock of limits and durations.</param>
/// <param name="startIteration">Starts the span of the next iteration.</param>
/// <param name="latestAnswer">Thinking and text of the answer just passed on. Whoever takes the pieces has them together; here only calls are kept.</param>
/// <param name="fit">Makes what is sent shorter where it is refused for its length.</param>
internal sealed class AgentLoop(
    IChatClient client, TurnTools? tools, TimeProvider time, Func<Activity?> startIteration, Func<(string Thinking, string Text)> latestAnswer, ContextFit fit)
{
    private readonly ToolRunner? _runner = tools is null ? null : new ToolRunner(tools, time);

    /// <summary>Runs the loop.</summary>
    /// <param name="messages">What is sent.</param>
    /// <param name="options">Options beside the tools; null for none.</param>
    /// <param name="streamed">Whether model calls are streamed. Where they are not, each comes whole; what tools do comes as it happens all the same.</param>
    /// <param name="cancellationToken">Stops the model and the tools.</param>
    public IAsyncEnumerable<ChatResponseUpdate> RunAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, bool streamed, CancellationToken cancellationToken)
    {
        var run = new AgentRun([.. messages], Options(options));
        return ActivityStream.Under(startIteration, () => run.IsOver ? null : IterateAsync(run, streamed, cancellationToken), cancellationToken);
    }

    private async IAsyncEnumerable<ChatResponseUpdate> IterateAsync(AgentRun run, bool streamed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        run.Iteration++;
        List<FunctionCallContent> calls = [];
        var (answer, hasMore) = await AskAsync(run, streamed, cancellationToken);
        await using (answer)
        {
            for (; hasMore; hasMore = await answer.MoveNextAsync())
            {
                // By index: a hundred thousand pieces would make as many enumerators.
                var update = answer.Current;
                for (var i = 0; i < update.Contents.Count; i++)
                {
                    if (update.Contents[i] is FunctionCallContent call)
                    {
                        calls.Add(call);
                    }
                }

                yield return update;
            }
        }

        if (calls.Count == 0)
        {
            run.IsOver = true;
            yield break;
        }

        if (tools is null)
        {
            yield return NotRun(calls, ToolCallState.Failed, "Not run: no tools are offered to this model.");
            yield return run.End($"The model called {calls[0].Name}, but no tools are offered to it here. Choose a model that can call tools.");
            yield break;
        }

        run.History.Add(Answer(calls));
        if (run.Iteration >= tools.MaxIterations)
        {
            yield return NotRun(calls);
            yield return run.End($"Stopped: after {tools.MaxIterations} rounds the model still called tools. Ask it to continue, or to answer with what it has.");
            yield break;
        }

        var repeats = run.Repeats.Count(calls);
        if (calls.Zip(repeats).FirstOrDefault(made => made.Second > tools.MaxRepeats + 1).First is { } stubborn)
        {
            // It was told once, and does it again.
            yield return NotRun(calls);
            yield return run.End($"Stopped: the model keeps calling {stubborn.Name} with the same arguments. Rephrase the request, or try another model.");
            yield break;
        }

        await foreach (var result in CallAsync(run, calls, repeats, cancellationToken))
        {
            yield return result;
        }
    }

    // The answer as the model is told that it gave it.
    private ChatMessage Answer(IReadOnlyList<FunctionCallContent> calls)
    {
        var (thinking, text) = latestAnswer();
        List<AIContent> contents = [];
        if (thinking.Length > 0)
        {
            contents.Add(new TextReasoningContent(thinking));
        }

        if (text.Length > 0)
        {
            contents.Add(new TextContent(text));
        }

        return new ChatMessage(ChatRole.Assistant, [.. contents, .. calls]);
    }

    // Refused for its length, it is asked again with less, as long as there is something to leave out. Nothing has come until then: once there is a
    // first piece the answer is read as it is, for every iterator that a piece goes through costs it a step.
    private async Task<(IAsyncEnumerator<ChatResponseUpdate> Answer, bool HasMore)> AskAsync(AgentRun run, bool streamed, CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = AskOnce(run, streamed, cancellationToken).GetAsyncEnumerator(cancellationToken);
            try
            {
                return (answer, await answer.MoveNextAsync());
            }
            catch (Exception error)
            {
                await answer.DisposeAsync();
                if (error is not OllamaException { Kind: OllamaErrorKind.ContextExceeded } refusal || !fit.TryMakeRoom(run.History, refusal, Activity.Current))
                {
                    throw;
                }
            }
        }
    }

    private IAsyncEnumerable<ChatResponseUpdate> AskOnce(AgentRun run, bool streamed, CancellationToken cancellationToken) =>
        streamed ? client.GetStreamingResponseAsync(run.History, run.Options, cancellationToken) : AskForAllAsync(run, cancellationToken);

    private async IAsyncEnumerable<ChatResponseUpdate> AskForAllAsync(AgentRun run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var response = await client.GetResponseAsync(run.History, run.Options, cancellationToken);
        foreach (var update in response.ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    // Calls of one answer run side by side. Results are passed on as they come, and told to the model in the order of the calls.
    private async IAsyncEnumerable<ChatResponseUpdate> CallAsync(
        AgentRun run, IReadOnlyList<FunctionCallContent> calls, IReadOnlyList<int> repeats, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<FunctionResultContent>> running = [.. calls.Select((call, index) => RunAsync(call, Refusal(call, index, repeats[index]), abandon.Token))];
        try
        {
            await foreach (var done in Task.WhenEach(running))
            {
                yield return new ChatResponseUpdate(ChatRole.Tool, [await done]);
            }

            run.History.Add(new ChatMessage(ChatRole.Tool, [.. await Task.WhenAll(running)]));
        }
        finally
        {
            // Whoever goes away early, or is stopped, leaves no tool running, and no span open below one that has ended.
            await abandon.CancelAsync();
            await Task.WhenAll(running.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<FunctionResultContent> RunAsync(FunctionCallContent call, ToolCallException? refusal, CancellationToken cancellationToken)
    {
        var outcome = await _runner!.RunAsync(call, refusal, cancellationToken);
        return outcome.ToContent(call.CallId, tools!.SendsImages);
    }

    private ToolCallException? Refusal(FunctionCallContent call, int index, int times)
    {
        if (index >= tools!.MaxCallsPerAnswer)
        {
            return new ToolCallException(ToolCallException.TooMany, $"More than {tools.MaxCallsPerAnswer} calls in one answer are not run. Make fewer at a time.");
        }

        return times <= tools.MaxRepeats ? null : new ToolCallException(
            ToolCallException.Repeated,
            $"{call.Name} was called {tools.MaxRepeats} times in a row with these arguments, and is not run again: use the results above, call it with others, or answer.");
    }

    // A call that is not run is said to be, or the history would hold one without a result.
    private static ChatResponseUpdate NotRun(IEnumerable<FunctionCallContent> calls, ToolCallState state = ToolCallState.Cancelled, string why = "Not run.") => new(
        ChatRole.Tool, [.. calls.Select(call => new ToolOutcome(state, why).ToContent(call.CallId, withImages: false))]);

    private ChatOptions? Options(ChatOptions? options)
    {
        if (tools is not { Tools.IsEmpty: false })
        {
            return options;
        }

        var offered = options?.Clone() ?? new ChatOptions();
        offered.Tools = [.. tools.Tools.Select(tool => tool.Function)];
        return offered;
    }

    private sealed class AgentRun(List<ChatMessage> history, ChatOptions? options)
    {
        public List<ChatMessage> History { get; } = history;

        public ChatOptions? Options { get; } = options;

        public RepeatGuard Repeats { get; } = new();

        public int Iteration { get; set; }

        public bool IsOver { get; set; }

        /// <summary>Ends the loop with a word to the person, set off from the model's own.</summary>
        public ChatResponseUpdate End(string reason)
        {
            IsOver = true;
            var word = $"\n\n*{reason}*";
            if (SpanScope.Current is { Policy.Outputs: true } scope)
            {
                scope.Keep(word);
            }

            return new ChatResponseUpdate(ChatRole.Assistant, word);
        }
    }
}
