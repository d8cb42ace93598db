using System.Diagnostics;
using System.Globalization;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Telemetry.ModelCalls;

namespace OllamaStudio.Core.Ollama;

/// <summary>
/// Makes the span <c>ollama_request</c> of the HTTP request of a model call: from sending to the reply's headers, which is its
/// first byte too, for Ollama sends no headers before the first object. Requests outside a model call pass without a span.
/// Given to <see cref="Ollama.OllamaClient"/>, which puts its transport within.
/// </summary>
public sealed class OllamaRequestHandler : DelegatingHandler
{
    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var span = Start(request);
        if (span is null)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            Conclude(span, response);
            return response;
        }
        catch (Exception error)
        {
            span.Break(error, cancellationToken);
            throw;
        }
    }

    private static Activity? Start(HttpRequestMessage request)
    {
        if (Activity.Current is not { OperationName: TelemetryNames.Spans.ChatStreaming or TelemetryNames.Spans.ChatWithTools } call
            || SpanScope.Of(call) is not { } scope
            || StudioActivity.Create(TelemetryNames.Spans.Request, ActivityKind.Client, TelemetryNames.Values.KindChain, scope) is not { } span)
        {
            return null;
        }

        span.SetTag(TelemetryNames.Http.RequestMethod, request.Method.Method);
        span.SetTag(TelemetryNames.Http.OldMethod, request.Method.Method);
        if (request.RequestUri is { IsAbsoluteUri: true } address)
        {
            var url = scope.Policy.On(span).Preview(Urls.WithoutCredentials(address));
            span.SetTag(TelemetryNames.Http.UrlFull, url);
            span.SetTag(TelemetryNames.Http.OldUrl, url);
            span.SetTag(TelemetryNames.Http.ServerAddress, address.Host);
            span.SetTag(TelemetryNames.Http.ServerPort, address.Port);
        }

        return span.Start();
    }

    private static void Conclude(Activity span, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        span.SetTag(TelemetryNames.Http.ResponseStatusCode, status);
        span.SetTag(TelemetryNames.Http.OldStatusCode, status);
        if (response.IsSuccessStatusCode)
        {
            span.Succeed();
            return;
        }

        // What Ollama says of it is read later, by the client, and stands on the model call's span.
        var error = new HttpRequestException($"HTTP {status}", inner: null, response.StatusCode);
        span.AddException(error);
        span.SetTag(TelemetryNames.Error.Type, status.ToString(CultureInfo.InvariantCulture));
        span.SetStatus(ActivityStatusCode.Error, error.Message);
    }
}
