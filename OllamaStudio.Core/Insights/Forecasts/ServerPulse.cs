using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;

namespace OllamaStudio.Core.Insights.Forecasts;

/// <summary>
/// Whether a server answers at all: <c>GET /api/version</c>, which loads nothing and waits for no model. Asked only when somebody wants to
/// know, at most once in <see cref="Interval"/>, however many ask. Safe to use from any thread.
/// </summary>
public sealed class ServerPulse(OllamaServers servers, TimeProvider time) : IDisposable
{
    /// <summary>Least time between two questions.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Without an answer for so long it does not answer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly Dictionary<ServerKind, (long AskedAt, bool? Answers)> _known = [];

    /// <summary>Whether it answered when it was asked last; null before the first answer. Asks again where that is long ago, and does not wait for it.</summary>
    public bool? Look(ServerKind server)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (!_known.TryGetValue(server, out var known) || time.GetElapsedTime(known.AskedAt, now) >= Interval)
            {
                // Of a minute ago it says nothing any more.
                known = (now, known.AskedAt != 0 && time.GetElapsedTime(known.AskedAt, now) < 2 * Interval ? known.Answers : null);
                _known[server] = known;
                using (ExecutionContext.SuppressFlow())
                {
                    _ = Task.Run(() => AskAsync(server, now, _disposing.Token));
                }
            }

            return known.Answers;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_disposing.IsCancellationRequested)
        {
            _disposing.Cancel();
        }
    }

    private async Task AskAsync(ServerKind server, long askedAt, CancellationToken disposed)
    {
        bool answers;
        using var timeout = new CancellationTokenSource(Limit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(disposed, timeout.Token);
        try
        {
            using var lease = await servers.LeaseAsync(server, limit.Token);
            await lease.Client.GetVersionAsync(limit.Token);
            answers = true;
        }
        catch (OllamaException error)
        {
            // Whatever else it says, it says something.
            answers = error.Kind is not OllamaErrorKind.Unreachable;
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            if (disposed.IsCancellationRequested)
            {
                return;
            }

            answers = false;
        }

        lock (_gate)
        {
            _known[server] = (askedAt, answers);
        }
    }
}
