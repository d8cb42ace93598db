using System.Net;

namespace OllamaStudio.Http;

/// <summary>The addresses that the web server is told to listen on.</summary>
public static class ListenAddresses
{
    /// <summary>The first that other machines may reach, as it is configured; null where all are on loopback.</summary>
    /// <param name="configuration">
    /// Holds <c>urls</c> (<c>--urls</c>, <c>ASPNETCORE_URLS</c>, or what the studio sets itself) and the section
    /// <c>Kestrel:Endpoints</c>. Ports alone (<c>ASPNETCORE_HTTP_PORTS</c>) have no effect, because <c>urls</c> is always set.
    /// </param>
    public static string? FindBeyondLoopback(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var urls = (configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>();
        return urls.Concat(endpoints).FirstOrDefault(address => !IsLoopback(address));
    }

    /// <summary>The address to open in a browser on this machine; null for a socket that none can open.</summary>
    /// <param name="address">What the server listens on, as it says itself: <c>http://127.0.0.1:5080</c>, <c>http://[::]:5080</c>.</param>
    public static string? ToOpen(string address)
    {
        var parsed = BindingAddress.Parse(address);
        if (parsed.IsUnixPipe || parsed.IsNamedPipe)
        {
            return null;
        }

        var listensEverywhere = IPAddress.TryParse(parsed.Host, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));
        return listensEverywhere ? FormattableString.Invariant($"{parsed.Scheme}://localhost:{parsed.Port}") : address.TrimEnd('/');
    }

    private static bool IsLoopback(string address)
    {
        BindingAddress parsed;
        try
        {
            parsed = BindingAddress.Parse(address);
        }
        catch (FormatException)
        {
            return false; // the server will say what is wrong with it
        }

        // Every host name but this one makes Kestrel listen on all addresses, as * and + do.
        return parsed.IsUnixPipe || parsed.IsNamedPipe
            || parsed.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(parsed.Host, out var ip) && IPAddress.IsLoopback(ip));
    }
}
