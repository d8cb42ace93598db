using Microsoft.Extensions.Logging;

namespace OllamaStudio.Core.Ollama.Servers;

/// <content>Tells what changed: whoever listens, and the log.</content>
public sealed partial class OllamaServers
{
    private void Publish(Func<ServersStatus, ServersStatus> change)
    {
        ServersStatus before;
        ServersStatus next;
        lock (_publishing)
        {
            before = _status;
            next = change(before);
            if (ServersStatus.AreSame(before, next))
            {
                next = before;
            }

            _status = next;
        }

        // First: whoever hears of the decision finds it made.
        if (_decidedFor is not null)
        {
            _ready.TrySetResult();
        }

        if (!ReferenceEquals(before, next))
        {
            Tell(before, next);
        }
    }

    private void Tell(ServersStatus before, ServersStatus next)
    {
        foreach (var (was, now) in new[] { (before.Ollama, next.Ollama), (before.Demo, next.Demo) })
        {
            if (was.State != now.State && now.State is ServerState.Up)
            {
                LogUp(_logger, now.Kind, now.Address, now.Version ?? "?", now.Models.Count);
            }
            else if (was.State != now.State && now.State is ServerState.Down)
            {
                LogDown(_logger, now.Kind, now.Address, now.Error ?? "no answer");
            }
        }

        foreach (var handler in Delegate.EnumerateInvocationList(Changed))
        {
            try
            {
                handler();
            }
            catch (Exception error)
            {
                // One listener's fault must not end the watch, nor keep the others from hearing.
                LogListenerFailed(_logger, error);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Server} answers at {Address}: version {Version}, {Models} models")]
    private static partial void LogUp(ILogger logger, ServerKind server, string address, string version, int models);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server} does not answer at {Address}: {Reason}")]
    private static partial void LogDown(ILogger logger, ServerKind server, string address, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A listener to the servers' status failed")]
    private static partial void LogListenerFailed(ILogger logger, Exception error);
}
