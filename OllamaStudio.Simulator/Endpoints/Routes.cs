using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Hosting;

namespace OllamaStudio.Simulator.Endpoints;

/// <summary>Every path of the server and who answers it.</summary>
internal static class Routes
{
    public static RouteTable All(SimulatorState state)
    {
        var lookup = new LookupEndpoints(state);
        var manage = new ManageEndpoints(state);
        var table = new RouteTable();
        table.Map("/", HttpMethods.Get, LookupEndpoints.RootAsync);
        table.Map("/api/version", HttpMethods.Get, LookupEndpoints.VersionAsync);
        table.Map("/api/tags", HttpMethods.Get, lookup.TagsAsync);
        table.Map("/api/ps", HttpMethods.Get, lookup.PsAsync);
        table.Map("/api/show", HttpMethods.Post, new ShowEndpoint(state).HandleAsync);
        table.Map("/api/chat", HttpMethods.Post, new ChatEndpoint(state).HandleAsync);
        table.Map("/api/generate", HttpMethods.Post, new GenerateEndpoint(state).HandleAsync);
        table.Map("/api/embed", HttpMethods.Post, new EmbedEndpoint(state).HandleAsync);
        table.Map("/api/pull", HttpMethods.Post, new PullEndpoint(state).HandleAsync);
        table.Map("/api/create", HttpMethods.Post, new CreateEndpoint(state).HandleAsync);
        table.Map("/api/copy", HttpMethods.Post, manage.CopyAsync);
        table.Map("/api/delete", HttpMethods.Delete, manage.DeleteAsync);
        return table;
    }
}
