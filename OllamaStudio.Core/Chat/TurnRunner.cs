using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Chat;

/// <summary>Runs one user turn inside its span tree (<c>chat_interaction</c> and below).</summary>
public sealed class TurnRunner(ISettings settings, TimeProvider time)
{
    /// <summary>
    /// Asks the model, hands every piece of the reply to <paramref name="sink"/>, and returns how the turn ended.
    /// Failures and cancellation are results, not exceptions.
    /// </summary>
    public Task<TurnResult> RunAsync(TurnRequest request, ITurnSink sink, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{settings} {time}");
}
