using System.Diagnostics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// Runs one user turn inside its span tree: <c>chat_interaction</c>, below it a <c>generate_response</c> with model call and tools
/// for each iteration of the agent loop, then
/// <c>log_interaction</c>. What is captured is decided once, when the turn begins. Safe for concurrent use.
/// </summary>
/// <param name="settings">The settings in force.</param>
/// <param name="capture">What is captured.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Learns what failed.</param>
/// <param name="decisions">Decides of traces at their end; null where their beginning does.</param>
public sealed partial class TurnRunner(ISettings settings, ContentCapture capture, TimeProvider time, ILogger<TurnRunner> logger, ISamplingDecisions? decisions = null)
{
    /// <summary>
    /// Asks the model, hands every piece of the reply to <paramref name="sink"/>, and returns how the turn ended.
    /// Failures and cancellation are results, not exceptions; a sink that throws while it takes a piece is such a failure.
    /// </summary>
    public async Task<TurnResult> RunAsync(TurnRequest request, ITurnSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(sink);

        // The caller's own activity (a circuit's, a request's) must not become the parent of the turn.
        var outer = Activity.Current;
        Activity.Current = null;
        try
        {
            var turn = TurnTrace.Start(request, SpanScope.Begin(settings, capture, request.SessionId) with { OwnParameters = request.OwnParameters }, time);
            TurnResult result;
            using (turn)
            {
                Announce(turn, sink);
                result = await AnswerAsync(turn, request, sink, cancellationToken);
                await LogAsync(turn, result, sink);
                LogEnded(logger, request.Model, result.Outcome);
            }

            if (turn.IsLeftOut(decisions))
            {
                sink.LeftOut();
            }

            return result;
        }
        finally
        {
            Activity.Current = outer;
        }
    }

    // Exceptions go to the log as the capture level has them: a store quotes what it chokes on.
    private void Announce(TurnTrace turn, ITurnSink sink)
    {
        try
        {
            sink.Started(turn.TraceId, turn.Sampled, turn.Capture);
        }
        catch (Exception error)
        {
            // The reply is worth more than the word that it begins.
            LogSinkFailed(logger, turn.Details(error));
        }
    }

    private async Task<TurnResult> AnswerAsync(TurnTrace turn, TurnRequest request, ITurnSink sink, CancellationToken cancellationToken)
    {
        try
        {
            var agent = new AgentLoop(request.Client, turn.Tools, time, turn.StartIteration, sink.LatestAnswer, turn.Fit);
            await foreach (var update in agent.RunAsync(request.Messages, Options(request), request.Stream, cancellationToken))
            {
                Take(update, turn, sink, cancellationToken);
            }

            return turn.Complete();
        }
        catch (Exception error)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(logger, request.Model, ErrorTypes.Of(error), turn.Describe(error));
            }

            return turn.Break(error, cancellationToken);
        }
    }

    private static void Take(ChatResponseUpdate update, TurnTrace turn, ITurnSink sink, CancellationToken cancellationToken)
    {
        try
        {
            turn.Reply.Add(update);
            sink.Received(update);
            while (turn.TakeWarning() is { } warning)
            {
                sink.Warned(warning);
            }
        }
        catch (Exception error)
        {
            turn.FailReading(error, cancellationToken);
            throw;
        }
    }

    private async Task LogAsync(TurnTrace turn, TurnResult result, ITurnSink sink)
    {
        using var span = turn.StartLogging();
        try
        {
            // A turn that was stopped is written down like any other, so not with the token that stopped it.
            await sink.LogAsync(result, CancellationToken.None);
            span.Succeed();
        }
        catch (Exception error)
        {
            span.Fail(error);
            LogNotWritten(logger, turn.Details(error));
        }
    }

    private static ChatOptions Options(TurnRequest request) => Options(request.Options, request.Model, request.WhenContextIsFull);

    /// <summary>The options as they are sent, but for the tools.</summary>
    internal static ChatOptions Options(ChatOptions? set, string model, ContextFull whenFull)
    {
        var options = set?.Clone() ?? new ChatOptions();
        options.ModelId = model;
        if (whenFull is ContextFull.Cut)
        {
            (options.AdditionalProperties ??= [])[OllamaRequestProperties.Truncate] = true;
        }

        return options;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A turn with {Model} ended: {Outcome}")]
    private static partial void LogEnded(ILogger logger, string model, TurnOutcome outcome);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A turn with {Model} failed ({ErrorType}): {Reason}")]
    private static partial void LogFailed(ILogger logger, string model, string errorType, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A turn began, and who shows it could not take that in: {Details}")]
    private static partial void LogSinkFailed(ILogger logger, string details);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A turn could not be written to the store; its reply is not affected: {Details}")]
    private static partial void LogNotWritten(ILogger logger, string details);
}
