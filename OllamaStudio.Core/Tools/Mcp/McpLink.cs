namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>
/// The way of a server's tools to the session that stands now, whichever that is: a turn keeps its tools while its server
/// may go and come back. Safe to use from any thread.
/// </summary>
internal sealed class McpLink(string server, TimeProvider time)
{
    /// <summary>How long a call waits for a server that is being reconnected: the first three attempts come within it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private TaskCompletionSource<McpSession?> _next = New();
    private McpSession? _standing;

    /// <summary>A session stands: calls go through it from now on.</summary>
    public void Open(McpSession session) => Set(session);

    /// <summary>That session stands no longer: calls wait for the next one.</summary>
    public void Lose(McpSession session)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_standing, session))
            {
                _standing = null;
                _next = New();
            }
        }
    }

    /// <summary>There will be no further session: the server was switched off, changed or removed.</summary>
    public void Close() => Set(null);

    /// <summary>The session that stands, or, for as long as <see cref="Patience"/>, the next one.</summary>
    /// <exception cref="McpToolException">There is none.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public async Task<McpSession> SessionAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var session = await Next.WaitAsync(Patience, time, cancellationToken)
                    ?? throw new McpToolException($"The MCP server {server} is not connected: it was switched off, changed or removed.");
                if (!session.Completion.IsCompleted)
                {
                    return session;
                }

                // It ended a moment ago, and was not noticed yet.
                Lose(session);
            }
        }
        catch (TimeoutException late)
        {
            throw new McpToolException($"The MCP server {server} is not connected; it is being reconnected.", late);
        }
    }

    private Task<McpSession?> Next
    {
        get
        {
            lock (_lock)
            {
                return _next.Task;
            }
        }
    }

    // Whoever waits goes on with it, and whoever comes later finds it.
    private void Set(McpSession? session)
    {
        lock (_lock)
        {
            _standing = session;
            if (!_next.TrySetResult(session))
            {
                _next = New();
                _next.SetResult(session);
            }
        }
    }

    private static TaskCompletionSource<McpSession?> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
