using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Hosting;
using OllamaStudio.Simulator.Models;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Endpoints;

/// <summary><c>/api/create</c>: a model from another one, with a system prompt and parameters of its own.</summary>
internal sealed class CreateEndpoint(SimulatorState state)
{
    public async Task HandleAsync(HttpContext context)
    {
        var request = await WireAnswers.ReadAsync(context, WireContext.Wire.CreateRequest);
        var name = request.ParseName();
        if (string.IsNullOrEmpty(request.From))
        {
            throw WireException.BadRequest("'from' was not specified: the demo server has no weights to read, only its own models to start from");
        }

        var parent = ModelName.TryParse(request.From, out var parentName) ? state.Store.Find(parentName) : null;
        var created = parent is null ? null : parent with
        {
            Name = name,
            Parent = parent.Name,
            System = string.IsNullOrEmpty(request.System) ? parent.System : request.System,
            Parameters = Merge(parent.Parameters, request.Parameters),
            ModifiedAt = state.Time.GetUtcNow(),
        };
        if (created is not null)
        {
            // A parameter of the wrong type is refused now, not at the first chat.
            GenerationOptions.Read(null, created);
        }

        await AnswerStream.SendProgressAsync(context, state.Options, request.Stream ?? true, Create(created).ToAsyncEnumerable());
    }

    // What is not said is the parent's.
    private static IReadOnlyDictionary<string, JsonElement> Merge(IReadOnlyDictionary<string, JsonElement> parent, IReadOnlyDictionary<string, JsonElement>? own) =>
        own is null ? parent : own.Concat(parent.Where(other => !own.ContainsKey(other.Key))).ToDictionary(StringComparer.Ordinal);

    private IEnumerable<ProgressLine> Create(DemoModel? created)
    {
        if (created is null)
        {
            // Ollama would look for the parent in its registry, where nobody knows it.
            yield return new ProgressLine("pulling manifest");
            throw WireException.NoManifest();
        }

        foreach (var layer in created.Layers)
        {
            yield return new ProgressLine($"using existing layer {layer.Digest}");
        }

        yield return new ProgressLine($"creating new layer sha256:{created.Digest}");
        yield return new ProgressLine("writing manifest");
        state.Store.Put(created);
        yield return new ProgressLine(ProgressLine.Success);
    }
}
