using System.Diagnostics;
using System.Net;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Ollama.Transport;

/// <summary>Decides what is sent again: only what the server surely did nothing with.</summary>
internal static class Retry
{
    /// <summary>A server that asks for more is taken at its word, and the person told.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait before the retry of that number (from 1); null where sending again might do it twice, or is no use.</summary>
    public static TimeSpan? DelayOf(OllamaException error, int retry, OllamaClientOptions options)
    {
        bool nothingSent = error.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError };
        bool nothingDone = error is { Kind: OllamaErrorKind.Overloaded, StatusCode: HttpStatusCode.ServiceUnavailable };
        if (!nothingSent && !nothingDone)
        {
            return null;
        }

        TimeSpan backoff = options.RetryDelay * (1 << Math.Min(retry - 1, 10));
        TimeSpan delay = error.RetryAfter > backoff ? error.RetryAfter.Value : backoff;
        return delay <= LongestWait ? delay : null;
    }

    /// <summary>Makes it visible on the span that the call runs under.</summary>
    public static void Note(OllamaException error, int retry, TimeSpan delay) =>
        Activity.Current?.AddEvent(new ActivityEvent(TelemetryNames.Client.RetryEvent, tags: new ActivityTagsCollection
        {
            [TelemetryNames.Client.RetryAttempt] = retry,
            [TelemetryNames.Client.RetryDelay] = delay.TotalMilliseconds,
            [TelemetryNames.Error.Type] = error.ErrorType,
        }));
}
