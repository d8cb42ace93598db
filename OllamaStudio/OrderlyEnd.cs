using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Export;

namespace OllamaStudio;

/// <summary>
/// Ends generations first, has them stored, and sends their spans then, before the web server begins to wait for its open circuits:
/// those use up the host's whole time to stop. Each step has a limit of its own.
/// </summary>
public sealed class OrderlyEnd(ChatService chat, Conversations conversations, ExportService telemetry) : IHostedLifecycleService
{
    private static readonly TimeSpan ForGenerations = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ForStoring = TimeSpan.FromSeconds(2);

    /// <inheritdoc />
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ForGenerations);
        await chat.StopAsync(limit.Token);
        await conversations.StopAsync().WaitAsync(ForStoring, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await telemetry.StopAsync(cancellationToken);
    }

    /// <inheritdoc />
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
