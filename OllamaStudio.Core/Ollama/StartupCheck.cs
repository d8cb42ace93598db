using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Ollama;

/// <summary>Checks the connection once at start, in its span, without keeping the start waiting.</summary>
public sealed partial class StartupCheck(OllamaServers servers, ConnectionVerifier verifier, ISettings settings, ILogger<StartupCheck> logger) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Before anybody has asked: the first chat then pays for its own words alone.
            await ChatWarmUp.RunAsync(stoppingToken);

            // The configured server is checked, whoever answers in its stead.
            var model = settings.Current.Ollama.Model;
            using var lease = servers.LeaseConfigured();
            var check = await verifier.VerifyAsync(lease.Client, model, stoppingToken);
            if (check is { Reachable: true, ModelAvailable: false })
            {
                LogModelMissing(logger, model);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The studio ends before the check did.
        }
        catch (OllamaException)
        {
            // The address cannot be read: the watch over the servers says so.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The configured model {Model} is not installed; pull it with: ollama pull {Model}")]
    private static partial void LogModelMissing(ILogger logger, string model);
}
