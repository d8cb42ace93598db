namespace OllamaStudio.Simulator.Faults;

/// <summary>Holds the one standing fault and counts the requests that it meets. Safe for concurrent use.</summary>
internal sealed class StandingFaultSlot
{
    private readonly Lock _lock = new();
    private StandingFault? _current;

    /// <summary>Raised after <see cref="Current"/> changed, on any thread.</summary>
    public event Action? Changed;

    /// <summary>What stands; null for nothing.</summary>
    /// <exception cref="ArgumentException">An unknown name, or a number out of range.</exception>
    public StandingFault? Current
    {
        get
        {
            lock (_lock)
            {
                return _current;
            }
        }

        set
        {
            if (value is not null && FaultCatalog.Problem(value) is { } problem)
            {
                throw new ArgumentException(problem, nameof(value));
            }

            lock (_lock)
            {
                _current = value;
            }

            Changed?.Invoke();
        }
    }

    /// <summary>The fault for one request, which it uses up; null where nothing stands.</summary>
    public Fault? Take()
    {
        StandingFault? taken;
        lock (_lock)
        {
            taken = _current;
            _current = taken is { Requests: { } left } ? (left == 1 ? null : taken with { Requests = left - 1 }) : taken;
        }

        if (taken?.Requests is not null)
        {
            Changed?.Invoke();
        }

        return taken is null ? null : FaultCatalog.Make(taken);
    }
}
