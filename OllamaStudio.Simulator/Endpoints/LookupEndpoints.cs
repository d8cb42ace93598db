using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Hosting;
using OllamaStudio.Simulator.Models;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Endpoints;

/// <summary><c>/</c>, <c>/api/version</c>, <c>/api/tags</c>, <c>/api/ps</c>: what is there.</summary>
internal sealed class LookupEndpoints(SimulatorState state)
{
    public static Task RootAsync(HttpContext context)
    {
        const string Text = "Ollama is running";
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = Text.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(Text, context.RequestAborted);
    }

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

    public static DetailsPart Details(DemoModel model) => new() { Families = ["demo"], ParentModel = model.Parent?.Display ?? "" };

    /// <summary>The context takes memory, as it does in Ollama: larger ones show.</summary>
    private static long Memory(DemoModel model, int contextLength)
    {
        const long BytesPerToken = 2048;
        return model.Size + (contextLength * BytesPerToken);
    }
}
