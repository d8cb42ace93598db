using System.Net;
using Microsoft.AspNetCore.Http;

namespace OllamaStudio.Simulator.Hosting;

/// <summary>Which <c>Host</c> headers a server on loopback answers, by Ollama's rule: names and addresses of this machine and its network.</summary>
internal static class HostGuard
{
    private static readonly string[] LocalDomains = [".localhost", ".local", ".internal"];

    private static readonly IPNetwork[] LocalNetworks =
        [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("fc00::/7")];

    public static bool Allows(HostString header)
    {
        var host = header.Host.Trim('[', ']');
        return IPAddress.TryParse(host, out var address)
            ? IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || LocalNetworks.Any(network => network.Contains(address))
            : host.Length == 0
                || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || host.Equals(Dns.GetHostName(), StringComparison.OrdinalIgnoreCase)
                || LocalDomains.Any(domain => host.EndsWith(domain, StringComparison.OrdinalIgnoreCase));
    }
}
