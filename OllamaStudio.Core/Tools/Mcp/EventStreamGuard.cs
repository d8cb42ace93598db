using System.Net;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>
/// Refuses a page where a stream of events was asked for. Without it the SDK (2.3.1) looks for events in a web page's text
/// until the time to connect is over, and a wrong path looks like a server that is silent.
/// </summary>
internal sealed class EventStreamGuard(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string EventStream = "text/event-stream";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (request.Method != HttpMethod.Get || response.StatusCode is not HttpStatusCode.OK || response.Content.Headers.ContentType?.MediaType is null or EventStream)
        {
            return response;
        }

        var kind = response.Content.Headers.ContentType.MediaType;
        response.Dispose();
        throw new McpNotSpokenException($"{request.RequestUri?.GetLeftPart(UriPartial.Path)} answers with {kind}, which is not MCP. Check the path; it is often /mcp.");
    }
}
