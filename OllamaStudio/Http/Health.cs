using OllamaStudio.Core.Ollama.Servers;

namespace OllamaStudio.Http;

/// <summary>Pages for programs that watch the studio.</summary>
public static class Health
{
    internal const string LivePath = "/healthz";
    internal const string ReadyPath = "/readyz";

    /// <summary>
    /// <c>/healthz</c>: the process answers. <c>/readyz</c>: it has found out which server answers its chats, and that one
    /// does; 503 until then. Neither says anything of content, and neither asks for the access token.
    /// </summary>
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder endpoints)
    {
        // Watchers often ask for the head alone.
        string[] methods = [HttpMethods.Get, HttpMethods.Head];
        endpoints.MapMethods(LivePath, methods, () => Results.Text("ok"));
        endpoints.MapMethods(ReadyPath, methods, (OllamaServers servers) => servers.Status.Current.State is ServerState.Up
            ? Results.Text("ready")
            : Results.Text("no server answers chats yet", statusCode: StatusCodes.Status503ServiceUnavailable));
        return endpoints;
    }
}
