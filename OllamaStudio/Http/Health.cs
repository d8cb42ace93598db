using OllamaStudio.Core.Ollama.Servers;

namespace OllamaStudio.Http;

/// <summary>Pages for programs that watch the studio.</summary>
public static class Health
{
    /// <summary>
    /// <c>/healthz</c>: the process answers. <c>/readyz</c>: it has found out which server answers its chats, and that one
    /// does; 503 until then. Neither says anything of content.
    /// </summary>
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/healthz", () => Results.Text("ok"));
        endpoints.MapGet("/readyz", (OllamaServers servers) => servers.Status.Current.State is ServerState.Up
            ? Results.Text("ready")
            : Results.Text("no server answers chats yet", statusCode: StatusCodes.Status503ServiceUnavailable));
        return endpoints;
    }
}
