using System.Diagnostics;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Telemetry.ModelCalls;

namespace OllamaStudio.Core.Ollama;

/// <summary>Checks whether an Ollama server answers and has the configured model, in a span <c>ollama.verify_connection</c> of its own trace.</summary>
public sealed class ConnectionVerifier(ISettings settings, ContentCapture capture, AnsweredServers answered, TimeProvider time)
{
    /// <summary>Checks now. A server that does not answer is a result; only cancellation throws.</summary>
    /// <param name="client">The server's client.</param>
    /// <param name="configuredModel">The model that should be installed; a name without a tag means <c>:latest</c>.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="OperationCanceledException">The check was cancelled.</exception>
    public async Task<ConnectionCheck> VerifyAsync(OllamaClient client, string configuredModel, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(configuredModel);
        var outer = Activity.Current;
        Activity.Current = null;
        try
        {
            using var span = Start(client.Endpoint.BaseAddress, configuredModel);
            return await VerifyAsync(span, client, configuredModel, cancellationToken);
        }
        finally
        {
            Activity.Current = outer;
        }
    }

    private async Task<ConnectionCheck> VerifyAsync(Activity? span, OllamaClient client, string configuredModel, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        try
        {
            var models = await client.ListModelsAsync(cancellationToken);
            var check = new ConnectionCheck
            {
                Reachable = true,
                Version = await VersionAsync(client, cancellationToken),
                Models = [.. models.Select(model => model.Name)],
                ModelAvailable = models.Any(model => ModelNames.Same(model.Name, configuredModel)),
                Duration = time.GetElapsedTime(startedAt),
            };
            span?.SetTag(TelemetryNames.Llm.AvailableModelsCount, check.Models.Count);
            span?.SetTag(TelemetryNames.Llm.ModelAvailable, check.ModelAvailable);
            span?.SetTag(TelemetryNames.Llm.ServerVersion, check.Version);
            span?.SetTag(TelemetryNames.Llm.Duration, check.Duration.TotalMilliseconds);
            span.Succeed();
            answered.Add(client.Endpoint.BaseAddress);
            return check;
        }
        catch (Exception error)
        {
            var duration = time.GetElapsedTime(startedAt);
            span?.SetTag(TelemetryNames.Llm.Duration, duration.TotalMilliseconds);
            span.Break(error, cancellationToken);
            if (error is OllamaException { StatusCode: not null })
            {
                answered.Add(client.Endpoint.BaseAddress);
            }
            else if (ConnectionFailures.NothingListens(error) && !answered.Contains(client.Endpoint.BaseAddress))
            {
                span.MarkExpected();
            }

            if (error is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            return new ConnectionCheck
            {
                // Whoever refuses us, or fails at it, is there and is Ollama.
                Reachable = error is OllamaException { Kind: not (OllamaErrorKind.Unreachable or OllamaErrorKind.NotOllama or OllamaErrorKind.BadAnswer) },
                Duration = duration,
                Error = error is OllamaException { NextStep: { } nextStep } ? $"{error.Message} {nextStep}" : error.Message,
            };
        }
    }

    // A server that lists its models serves; one that will not tell its version (a proxy's filter) is no failure.
    private static async Task<string?> VersionAsync(OllamaClient client, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetVersionAsync(cancellationToken);
        }
        catch (OllamaException)
        {
            return null;
        }
    }

    private Activity? Start(Uri server, string configuredModel)
    {
        var span = StudioActivity.Create(
            TelemetryNames.Spans.VerifyConnection, ActivityKind.Client, TelemetryNames.Values.KindChain, SpanScope.Begin(settings, capture, sessionId: null));
        if (span is not null)
        {
            RequestAttributes.WriteCore(span, TelemetryNames.Values.OperationVerifyConnection, configuredModel, server);
        }

        return span?.Start();
    }
}

/// <summary>What a connection check found.</summary>
public sealed record ConnectionCheck
{
    /// <summary>Whether the server answered as Ollama does.</summary>
    public bool Reachable { get; init; }

    /// <summary>The server's version; null where it did not answer.</summary>
    public string? Version { get; init; }

    /// <summary>Names of the installed models.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Whether the configured model is installed.</summary>
    public bool ModelAvailable { get; init; }

    /// <summary>How long the check took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Why it failed, in a sentence; null where it did not.</summary>
    public string? Error { get; init; }
}
