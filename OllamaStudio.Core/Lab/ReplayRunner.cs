using System.Diagnostics;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Lab;

/// <summary>
/// Asks a model again what it was asked in another call: one call in a trace of its own, whose root links to the span of that other
/// one. It belongs to no conversation, no tool is run, and nothing is left out to make it fit. Safe for concurrent use.
/// </summary>
public sealed class ReplayRunner(OllamaServers servers, Conversations conversations, IChatPipeline pipeline, ISettings settings, ContentCapture capture, TimeProvider time)
{
    private int _running;

    /// <summary>Whether one runs now.</summary>
    public bool IsRunning => Volatile.Read(ref _running) > 0;

    /// <summary>Runs it. Failures and cancellation are results, not exceptions.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="origin">The span of the call that is made again.</param>
    /// <param name="started">Told the id of the new trace, as soon as there is one; null where nobody listens for spans.</param>
    /// <param name="received">Told each piece of the reply, in order, on any thread; must be quick.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<TurnResult> RunAsync(
        ModelCallRequest request, SpanRecord origin, Action<string?> started, Action<ChatResponseUpdate> received, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(origin);

        // The page's own activity must not become the parent.
        var outer = Activity.Current;
        Activity.Current = null;
        Interlocked.Increment(ref _running);
        try
        {
            var options = request.ToChatOptions();
            using var watch = servers.Watch(ServerInterest.Turn);
            using var lease = await servers.LeaseAsync(cancellationToken);
            var (server, session) = (servers.Status.Active, origin[TelemetryNames.Turn.SessionId] as string);
            servers.Sending(server, request.Model, OllamaRequestProperties.WindowOf(options));
            var turn = new TurnRequest
            {
                // Of the origin's conversation, though no turn of it: what is forgotten, or never stored, with the one is so with the other.
                SessionId = session, IsTemporary = session is not null && conversations.FindSummary(session) is not { IsTemporary: false }, Source = TelemetryNames.Values.SourceLab, Model = request.Model, Messages = request.Messages, Options = options,
                Stream = request.IsStreamed, Client = pipeline.Create(lease.Client, silence: null),
            };
            return await RunAsync(turn, origin, started, Received, cancellationToken);

            void Received(ChatResponseUpdate update)
            {
                servers.Answering(server, request.Model);
                received(update);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new TurnResult { Outcome = TurnOutcome.Stopped };
        }
        catch (Exception error)
        {
            return new TurnResult { Outcome = TurnOutcome.Failed, Error = error };
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            Activity.Current = outer;
        }
    }

    private async Task<TurnResult> RunAsync(
        TurnRequest request, SpanRecord origin, Action<string?> started, Action<ChatResponseUpdate> received, CancellationToken cancellationToken)
    {
        using var trace = TurnTrace.Start(request, SpanScope.Begin(settings, capture, request.SessionId), time);
        trace.Link(origin.TraceId, origin.SpanId, TelemetryNames.Values.LinkReplay);
        started(trace.TraceId);
        try
        {
            var answer = AskAsync(request, cancellationToken);
            await foreach (var update in ActivityStream.Under(trace.StartIteration, () => Interlocked.Exchange(ref answer, null), cancellationToken))
            {
                trace.Reply.Add(update);
                received(update);
            }

            return trace.Complete();
        }
        catch (Exception error)
        {
            return trace.Break(error, cancellationToken);
        }
    }

    private static IAsyncEnumerable<ChatResponseUpdate>? AskAsync(TurnRequest request, CancellationToken cancellationToken) => request.Stream
        ? request.Client.GetStreamingResponseAsync(request.Messages, request.Options, cancellationToken)
        : WholeAsync(request, cancellationToken);

    private static async IAsyncEnumerable<ChatResponseUpdate> WholeAsync(TurnRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var update in (await request.Client.GetResponseAsync(request.Messages, request.Options, cancellationToken)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }
}
