using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Models;

/// <summary>
/// The installed models, at most <see cref="Limit"/> (one more is refused), and how much of each layer was pulled: a pull
/// that was broken off goes on from there. Safe for concurrent use.
/// </summary>
internal sealed class ModelStore
{
    /// <summary>Enough for trying things out; a bound all the same.</summary>
    public const int Limit = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<ModelName, DemoModel> _models = DemoCatalog.Installed.ToDictionary(static model => model.Name);

    // Only layers of the catalog's models have an entry: the number is fixed.
    private readonly Dictionary<string, long> _pulled = new(StringComparer.Ordinal);

    /// <summary>All of them, most recently changed first.</summary>
    public IReadOnlyList<DemoModel> List()
    {
        lock (_lock)
        {
            return [.. _models.Values.OrderByDescending(static model => model.ModifiedAt).ThenBy(static model => model.Name.Display, StringComparer.Ordinal)];
        }
    }

    public DemoModel? Find(ModelName name)
    {
        lock (_lock)
        {
            return _models.GetValueOrDefault(name);
        }
    }

    /// <summary>The model of a request; 404 in Ollama's words where it is not installed.</summary>
    public DemoModel Require(string name) =>
        name.Length == 0 ? throw WireException.BadRequest("model is required")
        : ModelName.TryParse(name, out var parsed) && Find(parsed) is { } model ? model
        : throw WireException.ModelNotFound(name);

    public void Put(DemoModel model)
    {
        lock (_lock)
        {
            if (_models.Count >= Limit && !_models.ContainsKey(model.Name))
            {
                throw new WireException(507, $"the demo server holds at most {Limit} models; delete one first");
            }

            _models[model.Name] = model;
        }
    }

    /// <summary>Takes a model away, so that the next pull fetches it from its beginning; false where it is not installed.</summary>
    public bool Remove(ModelName name)
    {
        lock (_lock)
        {
            if (!_models.Remove(name, out var removed))
            {
                return false;
            }

            foreach (var layer in removed.Layers)
            {
                _pulled.Remove(layer.Digest);
            }

            return true;
        }
    }

    /// <summary>Adds pulled bytes to a layer; two pulls of the same layer help each other. Returns the new sum, at most the total.</summary>
    public long Pull(Layer layer, long bytes)
    {
        lock (_lock)
        {
            return _pulled[layer.Digest] = Math.Min(layer.Total, _pulled.GetValueOrDefault(layer.Digest) + bytes);
        }
    }
}
