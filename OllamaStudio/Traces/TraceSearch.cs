using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Traces;

/// <summary>
/// A search that looks into every span, and so takes its time: what it has found is there while it goes on. It rests whenever it has found
/// <see cref="AtOnce"/> more, until <see cref="GoOn"/>: what it holds in memory is as much as a person looks through.
/// </summary>
/// <param name="query">What is looked for.</param>
public sealed class TraceSearch(TraceQuery query) : IDisposable
{
    /// <summary>So many traces it finds before it rests.</summary>
    public const int AtOnce = 1_000;

    private readonly CancellationTokenSource _stop = new();
    private readonly List<TraceSummary> _found = [];
    private TaskCompletionSource? _rest;

    /// <summary>What is looked for.</summary>
    public TraceQuery Query { get; } = query;

    /// <summary>What was found so far, in order.</summary>
    public IReadOnlyList<TraceSummary> Found => _found;

    /// <summary>Whether it looks, or could go on.</summary>
    public bool IsRunning { get; private set; } = true;

    /// <summary>Whether it rests.</summary>
    public bool IsResting => _rest is not null;

    /// <summary>Whether it was stopped before its end.</summary>
    public bool WasStopped => _stop.IsCancellationRequested;

    /// <summary>Why it could not look at everything, sentences for a person; null where it could.</summary>
    public string? Fault { get; private set; }

    /// <summary>Looks, and calls <paramref name="found"/> in between and at the end.</summary>
    public async Task RunAsync(ITraces traces, Action found)
    {
        try
        {
            await foreach (var item in traces.SearchAsync(Query, cancellationToken: _stop.Token))
            {
                _found.Add(item.Trace);
                if (_found.Count % AtOnce == 0)
                {
                    _rest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    found();
                    await _rest.Task.WaitAsync(_stop.Token);
                    _rest = null;
                }

                found();
            }
        }
        catch (OperationCanceledException)
        {
            // A person has seen enough.
        }
        catch (StoreUnreadableException fault)
        {
            Fault = fault.Message;
        }
        finally
        {
            (IsRunning, _rest) = (false, null);
            found();
        }
    }

    /// <summary>Goes on, where it rests.</summary>
    public void GoOn() => _rest?.TrySetResult();

    /// <summary>Ends it; what was found stays.</summary>
    public void Stop() => _stop.Cancel();

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
