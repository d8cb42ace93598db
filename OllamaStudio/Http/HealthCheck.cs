using OllamaStudio.Core.Settings;

namespace OllamaStudio.Http;

/// <summary>Asks a studio that runs on this machine whether it answers: for containers, whose images hold no other program that could.</summary>
public static class HealthCheck
{
    /// <summary>The argument that makes the program ask and end, instead of being a studio.</summary>
    public const string Verb = "--healthcheck";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Asks for <see cref="Health.LivePath"/> where a studio with the same configuration listens.</summary>
    /// <returns>The program's exit code: 0 where it answers, 1 where it does not, and then why stands on the error output.</returns>
    public static async Task<int> RunAsync(IConfiguration configuration, HostSettings settings)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(settings);
        var listens = configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls ? urls.Split(';')[0].Trim() : FormattableString.Invariant($"http://127.0.0.1:{settings.Port}");
        if (ListenAddresses.ToOpen(listens) is not { } address)
        {
            Console.Error.WriteLine($"{listens} cannot be asked over HTTP.");
            return 1;
        }

        try
        {
            using var handler = new SocketsHttpHandler { UseProxy = false };
            using var client = new HttpClient(handler) { Timeout = Patience };
            using var answer = await client.GetAsync(address + Health.LivePath);
            answer.EnsureSuccessStatusCode();
            return 0;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            Console.Error.WriteLine($"{address} does not answer: {failure.Message}");
            return 1;
        }
    }
}
