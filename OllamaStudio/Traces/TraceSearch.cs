using OllamaStudio.Core.Insights;

namespace OllamaStudio.Traces;

/// <summary>
/// A search that looks into every span, and so takes its time: what it has found is there while it goes on. It ends by itself, when it is
/// stopped, or with <see cref="Most"/> traces.
/// </summary>
/// <param name="query">What is looked for.</param>
public sealed class TraceSearch(TraceQuery query) : IDisposable
{
    /// <summary>Most traces that it finds: who looks for one of more asks for something else besides.</summary>
    public const int Most = 1_000;

    private readonly CancellationTokenSource _stop = new();
    private readonly List<TraceSummary> _found = [];

    /// <summary>What is looked for.</summary>
    public TraceQuery Query { get; } = query;

    /// <summary>What was found so far, in order.</summary>
    public IReadOnlyList<TraceSummary> Found => _found;

    /// <summary>Whether it goes on.</summary>
    public bool IsRunning { get; private set; } = true;

    /// <summary>Whether it was stopped before its end.</summary>
    public bool WasStopped => _stop.IsCancellationRequested;

    /// <summary>Looks, and calls <paramref name="found"/> in between and at the end.</summary>
    public async Task RunAsync(ITraces traces, Action found)
    {
        try
        {
            await foreach (var item in traces.SearchAsync(Query, _stop.Token))
            {
                _found.Add(item.Trace);
                if (_found.Count == Most)
                {
                    break;
                }

                found();
            }
        }
        catch (OperationCanceledException)
        {
            // A person has seen enough.
        }
        finally
        {
            IsRunning = false;
            found();
        }
    }

    /// <summary>Ends it; what was found stays.</summary>
    public void Stop() => _stop.Cancel();

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
