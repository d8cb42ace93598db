using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Insights;

/// <summary>What happened in a stretch of time.</summary>
/// <param name="from">Its begin, UTC.</param>
/// <param name="to">Its end, exclusive.</param>
public sealed class DashboardWindow(DateTimeOffset from, DateTimeOffset to)
{
    private readonly Dictionary<string, long> _errors = [];
    private readonly Dictionary<string, Rollup> _models = [];

    /// <summary>Its begin, UTC.</summary>
    public DateTimeOffset From { get; } = from;

    /// <summary>Its end, UTC, exclusive.</summary>
    public DateTimeOffset To { get; } = to;

    /// <summary>
    /// Where something changed within it: what happened since the last change, which is of one setup as its medians and percentiles must be. Empty where
    /// that was not read. Null where nothing changed.
    /// </summary>
    public DashboardWindow? SinceChange { get; internal set; }

    /// <summary>Turns of any end.</summary>
    public long Requests { get; private set; }

    /// <summary>Turns that failed.</summary>
    public long Errors { get; private set; }

    /// <summary>Turns that the person stopped.</summary>
    public long Stopped { get; private set; }

    /// <summary>Turns that went well: how long they took is their latency. One that failed or was stopped says nothing of it.</summary>
    public Rollup Turns { get; } = new();

    /// <summary>All model calls.</summary>
    public Rollup Calls { get; } = new();

    /// <summary>All tool calls.</summary>
    public Rollup Tools { get; } = new();

    /// <summary>Why turns failed, by <c>error.type</c>; empty where one did not say.</summary>
    public IReadOnlyDictionary<string, long> ErrorTypes => _errors;

    /// <summary>The model calls by model.</summary>
    public IReadOnlyDictionary<string, Rollup> Models => _models;

    /// <summary>Whether nothing happened.</summary>
    public bool IsEmpty => Requests == 0 && Calls.Count == 0 && Tools.Count == 0;

    /// <summary>Takes in a sum.</summary>
    public void Add(RollupKey key, Rollup value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        switch (key.Operation)
        {
            case TelemetryNames.Values.GenAiInvokeAgent:
                Requests += value.Count;
                if (key.Status is RollupStatus.Error)
                {
                    Errors += value.Count;
                    _errors[key.ErrorType] = _errors.GetValueOrDefault(key.ErrorType) + value.Count;
                }
                else if (key.Status is RollupStatus.Stopped)
                {
                    Stopped += value.Count;
                }
                else
                {
                    Turns.Add(value);
                }

                break;
            case TelemetryNames.Values.GenAiExecuteTool:
                Tools.Add(value);
                break;
            default:
                Calls.Add(value);
                AddTo(key.Model, value);
                break;
        }
    }

    /// <summary>Takes in all of another.</summary>
    public void Add(DashboardWindow other)
    {
        ArgumentNullException.ThrowIfNull(other);
        (Requests, Errors, Stopped) = (Requests + other.Requests, Errors + other.Errors, Stopped + other.Stopped);
        Turns.Add(other.Turns);
        Calls.Add(other.Calls);
        Tools.Add(other.Tools);
        foreach (var (type, count) in other._errors)
        {
            _errors[type] = _errors.GetValueOrDefault(type) + count;
        }

        foreach (var (model, value) in other._models)
        {
            AddTo(model, value);
        }
    }

    private void AddTo(string model, Rollup value)
    {
        if (!_models.TryGetValue(model, out var sum))
        {
            _models.Add(model, sum = new Rollup());
        }

        sum.Add(value);
    }
}
