using Microsoft.AspNetCore.Http;

namespace OllamaStudio.Simulator.Hosting;

/// <summary>
/// The server's paths. A table of its own, because Ollama's router tells an unknown path (404) and a known one under
/// another method (405) apart in plain text, and minds the case of letters.
/// </summary>
internal sealed class RouteTable
{
    private readonly Dictionary<string, Dictionary<string, RequestDelegate>> _routes = new(StringComparer.Ordinal);

    public void Map(string path, string method, RequestDelegate handler)
    {
        if (!_routes.TryGetValue(path, out var methods))
        {
            _routes[path] = methods = new Dictionary<string, RequestDelegate>(StringComparer.OrdinalIgnoreCase);
        }

        methods[method] = handler;
        if (HttpMethods.IsGet(method))
        {
            methods.TryAdd(HttpMethods.Head, handler);
        }
    }

    public Task DispatchAsync(HttpContext context)
    {
        if (!_routes.TryGetValue(context.Request.Path.Value ?? "", out var methods))
        {
            return PlainAsync(context, StatusCodes.Status404NotFound, "404 page not found");
        }

        if (!methods.TryGetValue(context.Request.Method, out var handler))
        {
            context.Response.Headers.Allow = string.Join(", ", methods.Keys.Order(StringComparer.Ordinal));
            return PlainAsync(context, StatusCodes.Status405MethodNotAllowed, "405 method not allowed");
        }

        return handler(context);
    }

    private static Task PlainAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
