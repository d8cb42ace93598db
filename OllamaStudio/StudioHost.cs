using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Logging.EventLog;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry.Logs;
using OllamaStudio.Http;

namespace OllamaStudio;

/// <summary>Where the studio listens, what it logs, and how it starts and ends.</summary>
public static class StudioHost
{
    /// <summary>Listens on loopback at the settings' port, unless the person names addresses by <c>--urls</c> or <c>ASPNETCORE_URLS</c>.</summary>
    public static void ConfigureStudio(this IWebHostBuilder web, IConfiguration configuration, HostSettings settings)
    {
        web.ConfigureKestrel(options => options.AddServerHeader = false);
        if (string.IsNullOrEmpty(configuration[WebHostDefaults.ServerUrlsKey]))
        {
            web.UseUrls($"http://127.0.0.1:{settings.Port}");
        }
    }

    /// <summary>Plain text for people; each line carries its trace and span id. JSON by <c>Logging:Console:FormatterName=json</c>. Either way redacted as the page of logs is.</summary>
    public static void ConfigureStudio(this ILoggingBuilder logging)
    {
        logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        if (logging.Services.FirstOrDefault(static service => service.ImplementationType == typeof(EventLogLoggerProvider)) is { } eventLog)
        {
            logging.Services.Remove(eventLog); // Windows: it would be written as it is, past the redaction, and throws where that log is full
        }

        foreach (var formatter in logging.Services.Where(static service => service.ServiceType == typeof(ConsoleFormatter)).ToList())
        {
            logging.Services.Remove(formatter);
            logging.Services.AddSingleton<ConsoleFormatter>(provider => new RedactingFormatter(
                (ConsoleFormatter)ActivatorUtilities.CreateInstance(provider, formatter.ImplementationType!), provider.GetRequiredService<LogRecorder>().Redact));
        }
    }

    /// <summary>Runs until it is stopped.</summary>
    /// <returns>0, or 1 where the address is taken: then what to do is said instead of a stack trace.</returns>
    public static async Task<int> RunStudioAsync(this WebApplication app)
    {
        // Asked first, because the host would log stack traces above the line that helps.
        if (ListenAddresses.FindTaken(app.Configuration) is { } taken)
        {
            return SayTaken(taken);
        }

        try
        {
            await app.RunAsync();
            return 0;
        }
        catch (IOException error) when (error.InnerException is AddressInUseException or SocketException)
        {
            return SayTaken(string.Join(", ", app.Urls));
        }
    }

    private static int SayTaken(string what)
    {
        Console.Error.WriteLine($"{what} is in use: another program, or another studio, listens there. Choose another port: PORT=5081 dotnet run --project OllamaStudio");
        return 1;
    }
}
