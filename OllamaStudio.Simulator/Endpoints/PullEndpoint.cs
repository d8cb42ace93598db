using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Hosting;
using OllamaStudio.Simulator.Models;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Endpoints;

/// <summary><c>/api/pull</c>: pretends to download one of the catalog's models. A client that leaves can go on later.</summary>
internal sealed class PullEndpoint(SimulatorState state)
{
    private const long BytesPerSecond = 40_000_000;
    private const int StepsPerLayer = 40;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    public async Task HandleAsync(HttpContext context)
    {
        var request = await WireAnswers.ReadAsync(context, WireContext.Wire.ModelRequest);
        var name = request.ParseName();
        await AnswerStream.SendProgressAsync(context, state.Options, request.Stream ?? true, PullAsync(name, context.RequestAborted));
    }

    private async IAsyncEnumerable<ProgressLine> PullAsync(ModelName name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new ProgressLine("pulling manifest");
        var model = DemoCatalog.Pullable.FirstOrDefault(model => model.Name == name) ?? throw WireException.NoManifest();
        var installed = state.Store.Find(name) is not null;
        foreach (var layer in model.Layers)
        {
            // A status names a layer by the first 12 digits of its digest.
            var line = new ProgressLine($"pulling {layer.Digest[7..19]}", layer.Digest, layer.Total);
            var completed = installed ? layer.Total : state.Store.Pull(layer, 0);
            yield return line with { Completed = completed };
            while (completed < layer.Total)
            {
                cancellationToken.ThrowIfCancellationRequested();
                completed = await DownloadAsync(layer, cancellationToken);
                yield return line with { Completed = completed };
            }
        }

        yield return new ProgressLine("verifying sha256 digest");
        yield return new ProgressLine("writing manifest");
        if (!installed)
        {
            state.Store.Put(model with { ModifiedAt = state.Time.GetUtcNow() });
        }

        yield return new ProgressLine(ProgressLine.Success);
    }

    private async Task<long> DownloadAsync(Layer layer, CancellationToken cancellationToken)
    {
        if (state.Options.Unpaced)
        {
            // No waits: so many steps a layer that progress can still be seen and broken off.
            return state.Store.Pull(layer, (layer.Total / StepsPerLayer) + 1);
        }

        await Task.Delay(Step, state.Time, cancellationToken);
        return state.Store.Pull(layer, (long)(BytesPerSecond * Step.TotalSeconds));
    }
}
