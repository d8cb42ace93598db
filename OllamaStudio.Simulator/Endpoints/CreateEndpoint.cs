using System.Runtime.CompilerServices;
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
        var request = await WireAnswers.ReadAsync(context, "CreateRequest", context.RequestAborted);
        var text = request.Text("model") is { Length: > 0 } model ? model : request.Text("name");
        if (!ModelName.TryParse(text, out var name))
        {
            throw WireException.BadRequest("invalid model name");
        }

        var from = request.Text("from");
        if (from.Length == 0)
        {
            throw WireException.BadRequest(request.Any("files") is null
                ? "neither 'from' or 'files' was specified"
                : "the demo server has no weights to read: use 'from' with one of its models");
        }

        var parent = ModelName.TryParse(from, out var parentName) ? state.Store.Find(parentName) : null;
        var parameters = request.Object("parameters", "map[string]interface {}") ?? parent?.Parameters ?? default;
        // A parameter of the wrong type is refused now, not at the first chat.
        GenerationOptions.Read(null, parameters, int.MaxValue);
        var created = parent is null ? null : parent with
        {
            Name = name,
            Parent = parent.Name,
            System = request.Text("system") is { Length: > 0 } system ? system : parent.System,
            Parameters = parameters.ValueKind == JsonValueKind.Undefined ? default : parameters.Clone(),
            ModifiedAt = state.Time.GetUtcNow(),
        };
        await ProgressAnswer.SendAsync(context, state.Options, request.Flag("stream") ?? true, CreateAsync(created, context.RequestAborted));
    }

    private async IAsyncEnumerable<ProgressLine> CreateAsync(DemoModel? created, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        if (created is null)
        {
            // Ollama would look for the parent in its registry, where nobody knows it.
            yield return new ProgressLine("pulling manifest");
            throw new WireException(500, "pull model manifest: file does not exist");
        }

        foreach (var layer in Layer.Of(created))
        {
            yield return new ProgressLine($"using existing layer {layer.Digest}");
        }

        yield return new ProgressLine($"creating new layer sha256:{created.Digest}");
        yield return new ProgressLine("writing manifest");
        state.Store.Put(created);
        yield return new ProgressLine(ProgressAnswer.Success);
    }
}
