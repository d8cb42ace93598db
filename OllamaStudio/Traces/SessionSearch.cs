using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Traces;

/// <summary>The conversations of the traces that a search finds which looks into every span, and so takes its time: what is known of them is there while it goes on.</summary>
/// <param name="query">What is looked for.</param>
/// <param name="most">Most conversations, those used last.</param>
public sealed class SessionSearch(TraceQuery query, int most) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>What is looked for.</summary>
    public TraceQuery Query { get; } = query;

    /// <summary>What was found so far, the conversation that was used last first.</summary>
    public IReadOnlyList<SessionSummary> Sessions { get; private set; } = [];

    /// <summary>Whether it looks.</summary>
    public bool IsRunning { get; private set; } = true;

    /// <summary>Whether it was stopped before its end.</summary>
    public bool WasStopped { get; private set; }

    /// <summary>Why it could not look at everything, sentences for a person; null where it could.</summary>
    public string? Fault { get; private set; }

    /// <summary>Looks, and calls <paramref name="found"/> in between and at the end.</summary>
    public async Task RunAsync(ITraces traces, Action found)
    {
        try
        {
            await foreach (var sessions in traces.ReadSessionsAsync(Query, most, _stop.Token))
            {
                Sessions = sessions;
                found();
            }
        }
        catch (OperationCanceledException)
        {
            WasStopped = true; // a person has seen enough
        }
        catch (StoreUnreadableException fault)
        {
            Fault = fault.Message;
        }
        finally
        {
            IsRunning = false;
            found();
        }
    }

    /// <summary>Ends it; what was found stays.</summary>
    public void Stop() => _stop.Cancel();

    /// <inheritdoc />
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
