using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace OllamaStudio.Simulator.Hosting;

/// <summary>Which <c>Host</c> headers a server on loopback answers, by Ollama's rule: names and addresses of this machine and its network.</summary>
internal static class HostGuard
{
    private static readonly string[] LocalDomains = [".localhost", ".local", ".internal"];

    public static bool Allows(HostString header)
    {
        var host = header.Host.Trim('[', ']');
        if (IPAddress.TryParse(host, out var address))
        {
            return IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || IsPrivate(address);
        }

        return host.Length == 0
            || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.Equals(Dns.GetHostName(), StringComparison.OrdinalIgnoreCase)
            || LocalDomains.Any(domain => host.EndsWith(domain, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsPrivate(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? bytes[0] == 10 || (bytes[0] == 172 && (bytes[1] & 0xF0) == 16) || (bytes[0] == 192 && bytes[1] == 168)
            : (bytes[0] & 0xFE) == 0xFC;
    }
}
