using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Logs;

namespace OllamaStudio.Core.Telemetry.Logs;

/// <summary>Adds the log.</summary>
public static class LogsServiceCollectionExtensions
{
    // The framework logs each drawing of a page at Debug; the page that shows the log would draw what drawing it logged.
    private const string Framework = "Microsoft.AspNetCore";

    /// <summary>The log in memory, redacted, and its level while running. Whoever sends it elsewhere joins at the same <c>WithLogging</c>.</summary>
    public static IServiceCollection AddLogs(this IServiceCollection services)
    {
        services.AddSingleton<LogStore>();
        services.AddSingleton<LogRecorder>();
        services.AddSingleton<LogLevels>();
        services.AddSingleton<IConfigureOptions<LoggerFilterOptions>>(static provider => provider.GetRequiredService<LogLevels>());
        services.AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(static provider => provider.GetRequiredService<LogLevels>());
        services.AddHostedService<LogSettings>();
        services.AddLogging(static logging => logging.AddFilter<OpenTelemetryLoggerProvider>(Framework, LogLevel.Warning));
        services.AddOpenTelemetry().WithLogging(
            static logging => logging.AddProcessor(static provider => provider.GetRequiredService<LogRecorder>()),
            static options => options.IncludeFormattedMessage = true);
        return services;
    }
}
