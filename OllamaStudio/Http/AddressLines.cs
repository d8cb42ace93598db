using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;

namespace OllamaStudio.Http;

/// <summary>
/// Says where to open the studio: when it listens, and once more below what start-up still had to say. Straight to the
/// console, because the line holds the token and must be read at every log level: a log would keep it, filter it and send it.
/// </summary>
internal sealed class AddressLines(IServer server, AccessSettings access, StartupCheck check, OllamaServers servers, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    // A server that never answers keeps the check busy for longer; the address does not wait for it.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(5);

    // The console's log has a queue and a thread of its own, and no way to wait for them.
    private static readonly TimeSpan s_untilLogged = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        if (await Task.WhenAny(started.Task, Task.Delay(Timeout.InfiniteTimeSpan, time, stoppingToken)) != started.Task)
        {
            return; // the start failed, and says so itself
        }

        Write();

        await Task.WhenAny(Task.WhenAll(check.ExecuteTask ?? Task.CompletedTask, servers.Ready), Task.Delay(s_longestWait, time, stoppingToken));
        await Task.Delay(s_untilLogged, time, stoppingToken);
        Write();
    }

    private void Write()
    {
        foreach (var address in server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(ListenAddresses.ToOpen).OfType<string>())
        {
            try
            {
                Console.Out.WriteLine(access.Token is { } token ? $"Open {address}/?{OfferedToken.Parameter}={token.Value}" : $"Open {address}/");
            }
            catch (IOException)
            {
                // Nobody reads it, or the disk that it goes to is full: no reason to end.
            }
        }
    }
}
