namespace OllamaStudio.Http;

/// <summary>
/// What keeps other sites' pages away from a studio on the same machine. Foreign <c>Host</c> headers (DNS rebinding) are
/// refused by the framework's host filtering, set up in appsettings.json as <c>AllowedHosts</c>; here requests and
/// WebSockets that another origin's page sends are refused, and every answer carries the headers that keep a page to itself.
/// </summary>
public static class LocalGuard
{
    /// <summary>
    /// Scripts only from files of our own; styles also inline, because components compute widths; pictures of our own and
    /// such as a page holds itself: a remote one could carry what was said to whoever serves it.
    /// </summary>
    private const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; " +
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Adds both to the pipeline; before anything that answers.</summary>
    public static IApplicationBuilder UseLocalGuard(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (IsForeign(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.Response.WriteAsync("Requests from other origins are refused.", context.RequestAborted);
            return;
        }

        await next(context);
    });

    // Browsers send Origin with every WebSocket handshake and every cross-origin request; tools send none.
    private static bool IsForeign(HttpRequest request) =>
        request.Headers.Origin.ToString() is { Length: > 0 } origin
        && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && string.Equals(uri.Authority, new Uri($"{request.Scheme}://{request.Host}").Authority, StringComparison.OrdinalIgnoreCase)
            && uri.Scheme == request.Scheme);
}
