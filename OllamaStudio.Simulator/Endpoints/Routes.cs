using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Faults;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Hosting;
using OllamaStudio.Simulator.Models;

namespace OllamaStudio.Simulator.Endpoints;

/// <summary>
/// Every path of the server and who answers it. A table of its own, because Ollama's router tells an unknown path (404) and
/// a known one under another method (405) apart in plain text, and minds the case of letters.
/// </summary>
internal sealed class Routes
{
    private readonly Dictionary<string, (string Method, RequestDelegate Handler)> _routes;

    public Routes(SimulatorState state)
    {
        var (models, inference) = (new ModelEndpoints(state), new InferenceEndpoint(state));
        _routes = new(StringComparer.Ordinal)
        {
            ["/"] = (HttpMethods.Get, ModelEndpoints.RootAsync),
            ["/api/version"] = (HttpMethods.Get, ModelEndpoints.VersionAsync),
            ["/api/tags"] = (HttpMethods.Get, models.TagsAsync),
            ["/api/ps"] = (HttpMethods.Get, models.PsAsync),
            ["/api/show"] = (HttpMethods.Post, new ShowEndpoint(state).HandleAsync),
            ["/api/chat"] = (HttpMethods.Post, inference.ChatAsync),
            ["/api/generate"] = (HttpMethods.Post, inference.GenerateAsync),
            ["/api/embed"] = (HttpMethods.Post, new EmbedEndpoint(state).HandleAsync),
            ["/api/pull"] = (HttpMethods.Post, new PullEndpoint(state).HandleAsync),
            ["/api/create"] = (HttpMethods.Post, new CreateEndpoint(state).HandleAsync),
            ["/api/copy"] = (HttpMethods.Post, models.CopyAsync),
            ["/api/delete"] = (HttpMethods.Delete, models.DeleteAsync),
        };
    }

    public Task DispatchAsync(HttpContext context)
    {
        if (!_routes.TryGetValue(context.Request.Path.Value ?? "", out var route))
        {
            return WireAnswers.WriteTextAsync(context, StatusCodes.Status404NotFound, "404 page not found");
        }

        var method = context.Request.Method;
        if (HttpMethods.Equals(method, route.Method) || (HttpMethods.IsHead(method) && HttpMethods.IsGet(route.Method)))
        {
            return route.Handler(context);
        }

        context.Response.Headers.Allow = HttpMethods.IsGet(route.Method) ? "GET, HEAD" : route.Method;
        return WireAnswers.WriteTextAsync(context, StatusCodes.Status405MethodNotAllowed, "405 method not allowed");
    }
}

/// <summary>What the endpoints of one server share.</summary>
internal sealed record SimulatorState(SimulatorOptions Options) : IDisposable
{
    /// <summary>A version that the protocol's facts were read from, marked so that nobody takes this for Ollama.</summary>
    public const string Version = "0.33.0-demo";

    public ModelStore Store { get; } = new();

    public RunnerPool Pool { get; } = new(Options);

    public Generator Generator { get; } = new(Options);

    public StandingFaultSlot StandingFault { get; } = new();

    public TimeProvider Time => Options.Time;

    public void Dispose() => Pool.Dispose();
}
