using System.Net;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>
/// Refuses answers that are none of an MCP server's. An address that leads elsewhere is said, not followed: the headers go only
/// where the person wrote. A page where a stream of events was asked for is refused as well: without that the SDK (2.4.0) looks
/// for events in its text until the time to connect is over, and a wrong path looks like a server that is silent.
/// </summary>
internal sealed class RedirectGuard(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string EventStream = "text/event-stream";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (Refusal(request, response) is not { } refusal)
        {
            return response;
        }

        response.Dispose();
        throw new McpNotSpokenException(refusal);
    }

    private static string? Refusal(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (request.RequestUri is not { } address)
        {
            return null;
        }

        if (response.StatusCode is >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest and not HttpStatusCode.NotModified)
        {
            return McpProblems.Redirected(address, response.Headers.Location);
        }

        return request.Method == HttpMethod.Get && response.StatusCode is HttpStatusCode.OK
            && response.Content.Headers.ContentType?.MediaType is not (null or EventStream)
                ? $"{address.GetLeftPart(UriPartial.Path)} answers with {response.Content.Headers.ContentType.MediaType}, which is not MCP. Check the path; it is often /mcp."
                : null;
    }
}
