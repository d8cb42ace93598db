using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Ollama.Servers;

/// <summary>One look at a time: whoever asks for what the one under way finds out anyway gets that, others wait for it to end. Safe to use from any thread.</summary>
/// <param name="look">Looks.</param>
internal sealed class LookQueue(Func<LookRequest, Task> look)
{
    private readonly Lock _gate = new();
    private LookRequest? _request;
    private Task _task = Task.CompletedTask;

    /// <summary>Ends when somebody has looked who began with that request, or one that covers it.</summary>
    /// <param name="ask">Says what is wanted, as things stand when asked.</param>
    /// <param name="cancellationToken">Ends the wait; the look belongs to all who wait for it, and goes on.</param>
    public async Task LookAsync(Func<LookRequest> ask, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task task;
            bool isCovered;
            lock (_gate)
            {
                var request = ask();
                if (_task.IsCompleted)
                {
                    // Nor does it belong to the span of the one who happened to be first.
                    using (ExecutionContext.SuppressFlow())
                    {
                        (_request, _task) = (request, Task.Run(() => look(request), CancellationToken.None));
                    }
                }

                (task, isCovered) = (_task, _request!.Covers(request));
            }

            await task.WaitAsync(cancellationToken).ConfigureAwait(isCovered ? ConfigureAwaitOptions.None : ConfigureAwaitOptions.SuppressThrowing);
            if (isCovered)
            {
                return;
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}

/// <summary>What a look is to find out.</summary>
/// <param name="Scope">How much is asked.</param>
/// <param name="Host">The server that the settings name.</param>
/// <param name="Choice">Which server answers by the settings.</param>
/// <param name="Active">Which one answers now.</param>
internal sealed record LookRequest(LookScope Scope, string Host, ServerChoice Choice, ServerKind Active)
{
    /// <summary>Whether one who is answered knows what the other wanted to.</summary>
    public bool Covers(LookRequest other) => this == other || (Scope is LookScope.All && this == other with { Scope = LookScope.All });
}
