using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Hosting;
using OllamaStudio.Simulator.Models;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Endpoints;

/// <summary><c>/api/delete</c> and <c>/api/copy</c>: 200 with an empty body where it went well.</summary>
internal sealed class ManageEndpoints(SimulatorState state)
{
    public async Task DeleteAsync(HttpContext context)
    {
        var request = await WireAnswers.ReadAsync(context, "DeleteRequest", context.RequestAborted);
        var text = request.Text("model") is { Length: > 0 } model ? model : request.Text("name");
        if (!ModelName.TryParse(text, out var name))
        {
            throw WireException.BadRequest($"name \"{text}\" is invalid");
        }

        if (state.Store.Remove(name) is not { } removed)
        {
            throw WireException.ModelNotFound(text);
        }

        state.Pool.Forget(name);
        state.Pulls.Forget(removed);
    }

    public async Task CopyAsync(HttpContext context)
    {
        var request = await WireAnswers.ReadAsync(context, "CopyRequest", context.RequestAborted);
        var (source, destination) = (request.Text("source"), request.Text("destination"));
        if (!ModelName.TryParse(source, out var from))
        {
            throw WireException.BadRequest($"source \"{source}\" is invalid");
        }

        if (!ModelName.TryParse(destination, out var to))
        {
            throw WireException.BadRequest($"destination \"{destination}\" is invalid");
        }

        var model = state.Store.Find(from) ?? throw new WireException(404, $"model \"{source}\" not found");
        state.Store.Put(model with { Name = to, ModifiedAt = state.Time.GetUtcNow() });
    }
}
