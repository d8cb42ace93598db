using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Hosting;
using OllamaStudio.Simulator.Models;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Endpoints;

/// <summary>What is there, and taking or copying it: <c>/</c>, <c>version</c>, <c>tags</c>, <c>ps</c>, <c>delete</c> and <c>copy</c>. The last two answer 200 with an empty body.</summary>
internal sealed class ModelEndpoints(SimulatorState state)
{
    private const long BytesPerToken = 2048;

    public static Task RootAsync(HttpContext context) =>
        WireAnswers.WriteTextAsync(context, StatusCodes.Status200OK, "Ollama is running", "text/plain; charset=utf-8");

    public static Task VersionAsync(HttpContext context) =>
        WireAnswers.WriteAsync(context, new VersionAnswer(SimulatorState.Version), WireContext.Wire.VersionAnswer);

    public Task TagsAsync(HttpContext context)
    {
        var models = state.Store.List().Select(model => new ListedModel(
            model.Name.Display, model.Name.Display, Local(model.ModifiedAt), model.Size, model.Digest, Details(model) with { ContextLength = model.MaxContext }, model.Capabilities));
        return WireAnswers.WriteAsync(context, new ModelList([.. models]), WireContext.Wire.ModelList);
    }

    public Task PsAsync(HttpContext context)
    {
        var models = state.Pool.Loaded().Select(loaded =>
        {
            var (model, settings) = (loaded.Model, loaded.Settings);
            // The context takes memory, as it does in Ollama: larger ones show.
            var memory = model.Size + (settings.ContextLength * BytesPerToken);
            return new RunningModel(
                model.Name.Display, model.Name.Display, memory, model.Digest, Details(model), Local(loaded.ExpiresAt), settings.Gpu == 0 ? 0 : memory, settings.ContextLength);
        });
        return WireAnswers.WriteAsync(context, new RunningList([.. models]), WireContext.Wire.RunningList);
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var text = (await WireAnswers.ReadAsync(context, WireContext.Wire.ModelRequest)).Asked();
        if (!ModelName.TryParse(text, out var name))
        {
            throw WireException.BadRequest($"name \"{text}\" is invalid");
        }

        if (!state.Store.Remove(name))
        {
            throw WireException.ModelNotFound(text);
        }

        state.Pool.Forget(name);
    }

    public async Task CopyAsync(HttpContext context)
    {
        var (source, destination) = await WireAnswers.ReadAsync(context, WireContext.Wire.CopyRequest);
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

    public static DetailsPart Details(DemoModel model) => new(model.Parent?.Display ?? "", "demo", "demo", ["demo"], "", "");

    private string Local(DateTimeOffset time) => WireTime.Local(time, state.Time.LocalTimeZone);
}
