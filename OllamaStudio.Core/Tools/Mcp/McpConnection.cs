using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>Keeps one server connected, from the moment its settings are in force until they are not.</summary>
internal sealed partial class McpConnection : IAsyncDisposable
{
    /// <summary>Time between two looks at a server over HTTP, of whose end no exit tells.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(30);

    /// <summary>How long the end of a program is waited for whose pipe is broken.</summary>
    private static readonly TimeSpan s_endTimeout = TimeSpan.FromSeconds(2);

    private readonly McpTransportFactory _transports;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action _changed;
    private readonly CancellationTokenSource _stopping = new();
    private readonly AsyncResetEvent _retry = new();
    private readonly LastLines _errorOutput = new();
    private readonly McpBackoff _backoff = new();
    private readonly McpLink _link;
    private Task _running = Task.CompletedTask;
    private volatile McpServerStatus _status;

    public McpConnection(McpServerSettings settings, McpTransportFactory transports, TimeProvider time, ILogger logger, Action changed)
    {
        Settings = settings;
        _transports = transports;
        _time = time;
        _logger = logger;
        _changed = changed;
        _link = new McpLink(settings.Name, time);
        _status = new McpServerStatus { Name = settings.Name, State = settings.Enabled ? McpServerState.Connecting : McpServerState.Off };
    }

    public McpServerSettings Settings { get; }

    public McpServerStatus Status => _status;

    /// <summary>Begins, once; where it is switched off, nothing happens.</summary>
    /// <param name="after">What has to end first: the connection in whose place this one comes.</param>
    public void Start(Task after)
    {
        if (Settings.Enabled)
        {
            _running = Task.Run(() => RunAsync(after, _stopping.Token));
        }
    }

    /// <summary>Ends the connection; ends itself when it is closed. May be called again, and never fails.</summary>
    public async ValueTask DisposeAsync()
    {
        // The source holds nothing that must be given back, and may still be asked.
        _link.Close();
        await _stopping.CancelAsync();
        await _running;
    }

    /// <summary>Ends the wait for the next attempt, if there is one.</summary>
    public void Retry()
    {
        if (_status.State is McpServerState.Failed)
        {
            _retry.Set();
        }
    }

    private async Task RunAsync(Task after, CancellationToken cancellationToken)
    {
        try
        {
            // However it ended: what went wrong there is no reason not to begin.
            await after.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            while (true)
            {
                await AttemptAsync(cancellationToken);
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped; whatever an attempt that is broken off dies of is no failure.
        }
        finally
        {
            // An attempt may have opened it again meanwhile.
            _link.Close();
        }
    }

    /// <summary>Connects, stays for as long as it holds, and waits out the time until the next attempt.</summary>
    private async Task AttemptAsync(CancellationToken cancellationToken)
    {
        Publish(new() { Name = Settings.Name, State = McpServerState.Connecting });
        long? readySince = null;
        string problem;
        try
        {
            await using var session = await McpSession.OpenAsync(Settings, _transports, _link, _errorOutput.Add, _time, cancellationToken);
            readySince = _time.GetTimestamp();
            _link.Open(session);
            try
            {
                PublishReady(session.Info);
                LogReady(_logger, Settings.Name, session.Info.Tools.Length);
                problem = await WatchAsync(session, cancellationToken);
            }
            finally
            {
                _link.Lose(session);
            }
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            problem = McpProblems.Describe(error, Settings);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var wait = _backoff.Next(readySince is { } since ? _time.GetElapsedTime(since) : TimeSpan.Zero);
        LogFailed(_logger, Settings.Name, problem, wait.TotalSeconds);

        // The clock runs before the time is told: whoever reads it can rely on it.
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var over = Task.WhenAny(Task.Delay(wait, _time, waiting.Token), _retry.WaitAsync(waiting.Token));
        Publish(new()
        {
            Name = Settings.Name,
            State = McpServerState.Failed,
            Error = problem,
            NextAttempt = _time.GetUtcNow() + wait,
            ErrorOutput = _errorOutput.ToImmutableArray(),
        });
        await over;
        _retry.Reset();
        await waiting.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Follows the server until its connection ends; why it did, in sentences. One that does not answer in time is busy, not
    /// gone: it is dropped only where nobody is there to be asked.
    /// </summary>
    private async Task<string> WatchAsync(McpSession session, CancellationToken cancellationToken)
    {
        var isLookDue = false;
        while (true)
        {
            var beat = isLookDue || Settings.Transport is McpTransport.Http ? Heartbeat : Timeout.InfiniteTimeSpan;
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var asked = session.LookAsync(waiting.Token);
            await Task.WhenAny(session.Completion, asked, Task.Delay(beat, _time, waiting.Token));
            var isAsked = asked.IsCompletedSuccessfully;
            await waiting.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            if (session.Completion.IsCompleted)
            {
                return McpProblems.Describe(await session.Completion, Settings);
            }

            // An open call says by itself when the server is gone.
            if (session.IsBusy && !isAsked)
            {
                continue;
            }

            try
            {
                if (await session.RefreshAsync(cancellationToken))
                {
                    PublishReady(session.Info);
                }

                isLookDue = false;
            }
            catch (IOException broken)
            {
                return await DescribeEndAsync(session, broken, cancellationToken);
            }
            catch (Exception unanswered) when (McpProblems.IsThere(unanswered))
            {
                isLookDue = true;
            }
        }
    }

    /// <summary>A broken pipe is often noticed before the end of the program behind it, which says more.</summary>
    private async Task<string> DescribeEndAsync(McpSession session, IOException broken, CancellationToken cancellationToken)
    {
        try
        {
            return McpProblems.Describe(await session.Completion.WaitAsync(s_endTimeout, _time, cancellationToken), Settings);
        }
        catch (TimeoutException)
        {
            return McpProblems.Describe(broken, Settings);
        }
    }

    private void PublishReady(McpServerInfo info) =>
        Publish(new() { Name = Settings.Name, State = McpServerState.Ready, Info = info, ErrorOutput = _errorOutput.ToImmutableArray() });

    private void Publish(McpServerStatus status)
    {
        _status = status;
        if (!_stopping.IsCancellationRequested)
        {
            _changed();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "MCP server {Server} is ready with {Tools} tools")]
    private static partial void LogReady(ILogger logger, string server, int tools);

    [LoggerMessage(Level = LogLevel.Warning, Message = "MCP server {Server} failed. {Reason} It is tried again in {Seconds} s")]
    private static partial void LogFailed(ILogger logger, string server, string reason, double seconds);
}

/// <summary>How long to wait before the next attempt: a second, then twice as long each time, up to a minute.</summary>
internal sealed class McpBackoff
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>A connection that held this long makes the next failure a first one.</summary>
    public static readonly TimeSpan Stable = TimeSpan.FromMinutes(1);

    private TimeSpan _next = First;

    /// <summary>The wait before the next attempt.</summary>
    /// <param name="held">How long the connection held that has just failed; zero where there was none.</param>
    public TimeSpan Next(TimeSpan held)
    {
        var wait = held >= Stable ? First : _next;
        _next = wait * 2 < Longest ? wait * 2 : Longest;
        return wait;
    }
}
