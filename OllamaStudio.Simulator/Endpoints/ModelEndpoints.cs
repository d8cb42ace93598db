using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Hosting;
using OllamaStudio.Simulator.Models;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Endpoints;

/// <summary>What is there, and taking or copying it: <c>/</c>, <c>version</c>, <c>tags</c>, <c>ps</c>, <c>delete</c> and <c>copy</c>. The last two answer 200 with an empty body.</summary>
internal sealed class ModelEndpoints(SimulatorState state)
{
    public static Task RootAsync(HttpContext context) =>
        WireAnswers.WriteTextAsync(context, StatusCodes.Status200OK, "Ollama is running", "text/plain; charset=utf-8");

    public static Task VersionAsync(HttpContext context) =>
        WireAnswers.WriteAsync(context, new VersionAnswer(SimulatorState.Version), WireContext.Wire.VersionAnswer);

    public Task TagsAsync(HttpContext context)
    {
        var models = state.Store.List().Select(model => new ListedModel
        {
            Name = model.Name.Display,
            Model = model.Name.Display,
            ModifiedAt = WireTime.Local(model.ModifiedAt, state.Time.LocalTimeZone),
            Size = model.Size,
            Digest = model.Digest,
            Details = Details(model),
            Capabilities = model.Capabilities,
        });
        return WireAnswers.WriteAsync(context, new ModelList([.. models]), WireContext.Wire.ModelList);
    }

    public Task PsAsync(HttpContext context)
    {
        var models = state.Pool.Loaded().Select(loaded => new RunningModel
        {
            Name = loaded.Model.Name.Display,
            Model = loaded.Model.Name.Display,
            Size = Memory(loaded.Model, loaded.Settings.ContextLength),
            SizeVram = loaded.Settings.Gpu == 0 ? 0 : Memory(loaded.Model, loaded.Settings.ContextLength),
            Digest = loaded.Model.Digest,
            Details = Details(loaded.Model),
            ExpiresAt = WireTime.Local(loaded.ExpiresAt, state.Time.LocalTimeZone),
            ContextLength = loaded.Settings.ContextLength,
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

    public static DetailsPart Details(DemoModel model) => new() { Families = ["demo"], ParentModel = model.Parent?.Display ?? "" };

    /// <summary>The context takes memory, as it does in Ollama: larger ones show.</summary>
    private static long Memory(DemoModel model, int contextLength)
    {
        const long BytesPerToken = 2048;
        return model.Size + (contextLength * BytesPerToken);
    }
}
