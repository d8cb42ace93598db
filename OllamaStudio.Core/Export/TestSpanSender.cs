using System.Diagnostics;
using System.Globalization;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Export;

/// <summary>Sends one span by itself and says what came of it. No listener hears of it: neither the panel nor the batch.</summary>
/// <param name="time">The clock.</param>
/// <param name="sent">Is told of each that was sent, whatever came of it; null for nobody.</param>
internal sealed class TestSpanSender(TimeProvider time, Action<Activity>? sent = null)
{
    // A person waits for this, whatever time the batches are given.
    private const int TimeoutMilliseconds = 10_000;

    /// <summary>Sends the span with the resource and the headers of the settings; never throws except on cancellation.</summary>
    /// <param name="settings">The settings in force.</param>
    /// <param name="destination">The destination of them.</param>
    /// <param name="health">Learns how the endpoint answered; null where nothing is in force.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<TestExportResult> SendAsync(TelemetrySettings settings, DestinationSettings destination, ExportHealth? health, CancellationToken cancellationToken)
    {
        if (!destination.Enabled)
        {
            return new TestExportResult(TestExportOutcome.Off, "Export is switched off. Switch the destination on and save.", null, null);
        }

        if (SignalOf(destination) is not { } signal)
        {
            return new TestExportResult(TestExportOutcome.Off, "This destination gets nothing. Tick Traces, Metrics or Logs and save.", null, null);
        }

        ExportPlan plan;
        try
        {
            plan = ExportPlan.From(settings with { Batch = settings.Batch with { ExportTimeoutMilliseconds = TimeoutMilliseconds } }, destination, signal);
        }
        catch (FormatException invalid)
        {
            return new TestExportResult(TestExportOutcome.Unreachable, $"Nothing was sent: {invalid.Message}.", null, null);
        }

        using var handler = new OtlpHandler(plan, time);
        using var client = handler.CreateClient();
        if (signal is not TelemetrySignal.Traces)
        {
            return await SendSignalAsync(plan, handler, client, cancellationToken);
        }

        var span = CreateSpan();
        var traceId = span.TraceId.ToHexString();

        // The exporter blocks its thread until the answer is there.
        using var attempt = health?.Begin(plan.Host);
        var answer = await Task.Run(() => Send(plan, handler, client, span, cancellationToken), CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        sent?.Invoke(span);
        if (answer.Error is null)
        {
            attempt?.Recovered();
        }
        else
        {
            attempt?.Failed(answer);
        }

        if (!answer.Accepted)
        {
            return answer.Status is { } refusal
                ? new TestExportResult(TestExportOutcome.Refused, $"{answer.Error}.", traceId, refusal)
                : new TestExportResult(TestExportOutcome.Unreachable, $"{answer.Error}. Chats go on without it; spans arrive once it answers.", traceId, null);
        }

        if (answer.Rejected > 0)
        {
            return new TestExportResult(TestExportOutcome.Refused, $"{answer.Error}.", traceId, answer.Status);
        }

        using var phoenix = new PhoenixReader(plan, time);
        var found = await phoenix.FindAsync(traceId, cancellationToken);
        var status = answer.Status!.Value.ToString(CultureInfo.InvariantCulture);
        return found switch
        {
            true => new TestExportResult(TestExportOutcome.Stored, $"Stored: Phoenix has the span in project “{plan.Project}”.", traceId, answer.Status),
            false => new TestExportResult(
                TestExportOutcome.NotStored,
                $"Phoenix answered {status} but does not show the span in project “{plan.Project}” yet. Its queue may be long or its database full: see Phoenix's log.",
                traceId,
                answer.Status),
            null => new TestExportResult(TestExportOutcome.Accepted, $"Accepted with {status} by {plan.Host}. Look for the span “{ResourceNames.TestSpan}” there.", traceId, answer.Status),
        };
    }

    // A span where it gets any: of that, most is known.
    private static TelemetrySignal? SignalOf(DestinationSettings destination)
    {
        foreach (var signal in (ReadOnlySpan<TelemetrySignal>)[TelemetrySignal.Traces, TelemetrySignal.Logs, TelemetrySignal.Metrics])
        {
            if (DestinationKinds.Gets(destination, signal))
            {
                return signal;
            }
        }

        return null;
    }

    private static async Task<TestExportResult> SendSignalAsync(ExportPlan plan, OtlpHandler handler, HttpClient client, CancellationToken cancellationToken)
    {
        ExportAnswer? answer = null;
        await Task.Run(
            () =>
            {
                using var cancellation = cancellationToken.Register(client.CancelPendingRequests);
                TestSignal.Send(plan, client, () =>
                {
                    answer = handler.LastAnswer;
                    handler.Cut();
                });
            },
            CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return answer switch
        {
            { Accepted: true, Rejected: 0 } => new(TestExportOutcome.Accepted, $"Accepted with {answer.Status!.Value.ToString(CultureInfo.InvariantCulture)} by {plan.Host}. Look for {TestSignal.Describe(plan.Signal)} there.", null, answer.Status),
            { Status: { } status } => new(TestExportOutcome.Refused, $"{answer.Error}.", null, status),
            _ => new(TestExportOutcome.Unreachable, $"{answer?.Error ?? $"Nothing could be sent to {plan.Host}"}. Chats go on without it; what is made meanwhile is lost.", null, null),
        };
    }

    // Without our source: neither the live panel nor the batch hears of it.
    private static Activity CreateSpan()
    {
        var ambient = Activity.Current;
        Activity.Current = null;
        try
        {
            var span = new Activity(ResourceNames.TestSpan) { ActivityTraceFlags = ActivityTraceFlags.Recorded };
            span.SetTag(TelemetryNames.OpenInference.SpanKind, TelemetryNames.Values.KindChain);
            span.SetIdFormat(ActivityIdFormat.W3C).Start().SetStatus(ActivityStatusCode.Ok).Stop();
            return span;
        }
        finally
        {
            Activity.Current = ambient;
        }
    }

    private static ExportAnswer Send(ExportPlan plan, OtlpHandler handler, HttpClient client, Activity span, CancellationToken cancellationToken)
    {
        using var cancellation = cancellationToken.Register(client.CancelPendingRequests);
        OtlpOptions.ExportAlone(plan, client, span);
        return handler.LastAnswer ?? new ExportAnswer { Error = $"The span could not be sent to {plan.Host}" };
    }
}

/// <summary>What came of a test span.</summary>
/// <param name="Outcome">In one word.</param>
/// <param name="Message">In a sentence for a person, with what to do next where it failed.</param>
/// <param name="TraceId">The test span's trace id; null where none was made.</param>
/// <param name="StatusCode">The endpoint's HTTP status; null where it did not answer.</param>
public sealed record TestExportResult(TestExportOutcome Outcome, string Message, string? TraceId, int? StatusCode);

/// <summary>What came of a test span, in one word.</summary>
public enum TestExportOutcome
{
    /// <summary>Accepted, and read back from Phoenix.</summary>
    Stored,

    /// <summary>Accepted; the endpoint is not Phoenix, or does not let spans be read back.</summary>
    Accepted,

    /// <summary>Accepted by Phoenix, but not found there in time.</summary>
    NotStored,

    /// <summary>Refused, with a status.</summary>
    Refused,

    /// <summary>No answer.</summary>
    Unreachable,

    /// <summary>Export is switched off.</summary>
    Off,
}
