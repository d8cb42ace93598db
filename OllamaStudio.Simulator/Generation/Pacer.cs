namespace OllamaStudio.Simulator.Generation;

/// <summary>
/// Spreads tokens evenly over time. Each is due at a moment counted from the first, so that late timers do not
/// add up, and rates above what a timer resolves come out as bursts of the right size.
/// </summary>
internal sealed class Pacer(TimeProvider time, double tokensPerSecond)
{
    private static readonly TimeSpan TimerResolution = TimeSpan.FromMilliseconds(1);

    private readonly long _start = time.GetTimestamp();
    private long _tokens;

    /// <summary>Waits until the next token is due; not at all where the rate is 0.</summary>
    public Task NextAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (tokensPerSecond == 0)
        {
            return Task.CompletedTask;
        }

        _tokens++;
        var wait = TimeSpan.FromSeconds(_tokens / tokensPerSecond) - time.GetElapsedTime(_start);
        return wait < TimerResolution ? Task.CompletedTask : Task.Delay(wait, time, cancellationToken);
    }
}
