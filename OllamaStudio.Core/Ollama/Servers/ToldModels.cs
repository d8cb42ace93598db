using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Ollama.Servers;

/// <summary>
/// The models in a server's memory, as gauges tell of them: one that was told and is not there any more is told as gone, for a gauge that
/// says nothing keeps its last value. Safe to use from any thread.
/// </summary>
/// <param name="server">The server that answers now.</param>
/// <param name="label">A model's name as a label may have it; null for the name as it is.</param>
internal sealed class ToldModels(Func<ServerStatus> server, Func<string, string>? label = null)
{
    // Further ones are told while they are there, and keep their last value after.
    private const int Most = 200;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>What is known of them now. One whose server does not answer is in nobody's memory.</summary>
    public IReadOnlyList<ModelInMemory> Look()
    {
        var status = server();
        var running = status.State is ServerState.Up ? status.Running : [];
        lock (_gate)
        {
            List<ModelInMemory> models = [.. running.Select(model => new ModelInMemory(Label(model.Name), IsLoaded: true, model.SizeVram)).DistinctBy(static model => model.Name)];
            models.AddRange(_told.Except(models.Select(static model => model.Name)).Select(static gone => new ModelInMemory(gone, IsLoaded: false, VramBytes: 0)));
            foreach (var model in running.Take(Math.Max(0, Most - _told.Count)))
            {
                _told.Add(Label(model.Name));
            }

            return models;
        }
    }

    private string Label(string name) => label?.Invoke(name) ?? name;
}
