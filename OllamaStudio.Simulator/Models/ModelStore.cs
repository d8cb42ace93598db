using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Models;

/// <summary>The installed models. At most <see cref="Limit"/>: one more is refused. Safe for concurrent use.</summary>
internal sealed class ModelStore
{
    /// <summary>Enough for trying things out; a bound all the same.</summary>
    public const int Limit = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<ModelName, DemoModel> _models = DemoCatalog.Installed.ToDictionary(static model => model.Name);

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
    public DemoModel Require(string name)
    {
        if (name.Length == 0)
        {
            throw WireException.BadRequest("model is required");
        }

        return ModelName.TryParse(name, out var parsed) && Find(parsed) is { } model ? model : throw WireException.ModelNotFound(name);
    }

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

    /// <summary>Takes a model away and returns it; null where it is not installed.</summary>
    public DemoModel? Remove(ModelName name)
    {
        lock (_lock)
        {
            return _models.Remove(name, out var removed) ? removed : null;
        }
    }
}
