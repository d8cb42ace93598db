using System.Net;
using System.Net.Sockets;

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
        return All(configuration).FirstOrDefault(address => !IsLoopback(address));
    }

    /// <summary>The IP addresses among them, as a <c>Host</c> header writes them.</summary>
    /// <param name="configuration">See <see cref="FindBeyondLoopback"/>.</param>
    public static IEnumerable<string> FindLiterals(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return All(configuration).Select(address => TryParse(address)?.Host).OfType<string>()
            .Where(static host => IPAddress.TryParse(host, out var ip) && !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any));
    }

    /// <summary>The first that another program listens on already; null where all are free, as far as can be told before.</summary>
    /// <param name="configuration">See <see cref="FindBeyondLoopback"/>.</param>
    public static string? FindTaken(IConfiguration configuration) => All(configuration).FirstOrDefault(IsTaken);

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
        // Every host name but this one makes Kestrel listen on all addresses, as * and + do.
        return TryParse(address) is { } parsed
            && (parsed.IsUnixPipe || parsed.IsNamedPipe
                || parsed.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || (IPAddress.TryParse(parsed.Host, out var ip) && IPAddress.IsLoopback(ip)));
    }

    private static bool IsTaken(string address)
    {
        if (TryParse(address) is not { IsUnixPipe: false, IsNamedPipe: false, Port: > 0 } parsed)
        {
            return false;
        }

        var ip = IPAddress.TryParse(parsed.Host, out var literal) ? literal
            : parsed.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
            : IPAddress.Any;
        try
        {
            using var probe = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(ip, parsed.Port));
            return false;
        }
        catch (SocketException taken)
        {
            return taken.SocketErrorCode is SocketError.AddressAlreadyInUse;
        }
    }

    private static IEnumerable<string> All(IConfiguration configuration)
    {
        var urls = (configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return urls.Concat(configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>());
    }

    // Null for one that cannot be read: the server will say what is wrong with it.
    private static BindingAddress? TryParse(string address)
    {
        try
        {
            return BindingAddress.Parse(address);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
