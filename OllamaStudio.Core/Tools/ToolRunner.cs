using Microsoft.Extensions.AI;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Tools;

/// <summary>Runs one call: checks it, asks the person where that is due, limits its time, and tells its span. Safe for concurrent use.</summary>
internal sealed class ToolRunner(TurnTools tools, TimeProvider time)
{
    private const string Denied = "The person denied this call. Do not make it again; go on without it, or ask what to do instead.";

    /// <summary>Carries the call out. Whatever goes wrong is an outcome that the model is told; only being stopped is thrown.</summary>
    /// <param name="call">The call.</param>
    /// <param name="refusal">Why it is not to be run; null where nothing speaks against it.</param>
    /// <param name="cancellationToken">Stops the wait for the person and the tool itself.</param>
    /// <exception cref="OperationCanceledException">The person stopped the turn.</exception>
    public async Task<ToolOutcome> RunAsync(FunctionCallContent call, ToolCallException? refusal, CancellationToken cancellationToken)
    {
        var tool = tools.Find(call.Name);
        refusal ??= Check(call, tool);
        if (refusal is null && tool is { IsReadOnly: false } && await AskAsync(call, tool, cancellationToken) is ToolAnswer.Deny)
        {
            // Neither a success nor a failure of the tool, which did not run: it is not counted.
            var denial = new ToolOutcome(ToolCallState.Denied, Denied) { Source = tool.Source };
            ToolSpan.Deny(call, tool, denial);
            return denial;
        }

        using var span = ToolSpan.Start(call, tool);
        var started = time.GetTimestamp();
        ToolOutcome outcome;
        try
        {
            outcome = refusal is null ? ToolResultReader.Read(await InvokeAsync(tool!, call, cancellationToken)) : throw refusal;
            span.Succeed();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Neither the tool's success nor its failure: it is not counted.
            span.Cancel();
            throw;
        }
        catch (Exception error)
        {
            span.Fail(error, isContent: true);
            outcome = new ToolOutcome(ToolCallState.Failed, ToolResultReader.Bounded($"Error: {error.Message}")) { Error = error };
        }

        if (refusal is null)
        {
            outcome = WithNote(outcome, call, tool!);
        }

        ToolSpan.Conclude(span, outcome);
        TimeSpan? duration = refusal is not null ? null : time.GetElapsedTime(started);
        ToolSpan.Count(tool, outcome, duration);
        return outcome with { Source = tool?.Source ?? "", Duration = duration };
    }

    private async Task<ToolAnswer> AskAsync(FunctionCallContent call, StudioTool tool, CancellationToken cancellationToken) =>
        tools.Approval is null ? ToolAnswer.Deny : await tools.Approval.AskAsync(call.CallId, tool, cancellationToken);

    private ToolCallException? Check(FunctionCallContent call, StudioTool? tool)
    {
        if (tool is null)
        {
            return new ToolCallException(
                ToolCallException.Unknown, $"There is no tool named '{call.Name}'. The tools are: {string.Join(", ", tools.Tools.Select(known => known.Name))}.");
        }

        if (call.Exception is { } unreadable)
        {
            return new ToolCallException(ToolCallException.BadArguments, unreadable.Message, unreadable);
        }

        var schema = ToolSchema.Of(tool);
        if (schema.Required.Where(name => call.Arguments?.ContainsKey(name) is not true).ToList() is { Count: > 0 } missing)
        {
            return new ToolCallException(
                ToolCallException.BadArguments, $"The call lacks {string.Join(", ", missing)}. The arguments of {tool.Name} are: {tool.Function.JsonSchema}");
        }

        // A tool that passes it over answers another question than the one asked: the time of UTC for that of Berlin.
        return schema.IsClosed && Unknown(call, schema) is { Count: > 0 } unknown
            ? new ToolCallException(ToolCallException.BadArguments, $"{tool.Name} has no argument named {string.Join(", ", unknown)}. {schema.Tell(tool.Name)}")
            : null;
    }

    // Where the schema leaves open what else a tool takes, the tool decides; the model is told all the same.
    private static ToolOutcome WithNote(ToolOutcome outcome, FunctionCallContent call, StudioTool tool)
    {
        var schema = ToolSchema.Of(tool);
        return Unknown(call, schema) is { Count: > 0 } unknown
            ? outcome with { Text = $"{outcome.Text}\n[The schema of {tool.Name} does not know {string.Join(", ", unknown)}. {schema.Tell(tool.Name)}]".TrimStart('\n') }
            : outcome;
    }

    private static IReadOnlyList<string> Unknown(FunctionCallContent call, ToolSchema schema) => call.Arguments is { } given ? schema.Unknown(given.Keys) : [];

    private async Task<object?> InvokeAsync(StudioTool tool, FunctionCallContent call, CancellationToken cancellationToken)
    {
        var timeout = tool.CallTimeout ?? tools.CallTimeout;
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var token = both.Token;

        // On the thread pool and with a wait of our own: a tool may block, and may not care for its token.
        var running = Task.Run(() => tool.Function.InvokeAsync(new AIFunctionArguments(call.Arguments), token).AsTask(), token);
        try
        {
            return await running.WaitAsync(token);
        }
        catch (OperationCanceledException error) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(FormattableString.Invariant($"{tool.Name} did not answer within {timeout.TotalSeconds:0.#} s and was given up."), error);
        }
        finally
        {
            if (!running.IsCompleted)
            {
                // Given up; what it throws later is nobody's concern any more.
                _ = running.ContinueWith(static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }
        }
    }
}
