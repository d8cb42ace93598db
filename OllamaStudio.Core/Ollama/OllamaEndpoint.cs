using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OllamaStudio.Core.Ollama;

/// <summary>Where an Ollama server is, read from any form that <c>OLLAMA_HOST</c> may take.</summary>
/// <param name="BaseAddress">Absolute, http or https, with a trailing slash; <c>0.0.0.0</c> and <c>::</c> already turned into loopback.</param>
public sealed record OllamaEndpoint(Uri BaseAddress)
{
    /// <summary>Ollama's own port (<c>envconfig.Host</c>), where neither a port nor a scheme is given.</summary>
    private const int OllamaPort = 11434;

    private static readonly SearchValues<char> NotInNames = SearchValues.Create(" \t\r\n\\\"'<>[]:,;");

    /// <summary>Ollama's server on this machine: <c>http://localhost:11434</c>.</summary>
    public static OllamaEndpoint Default { get; } = new(new Uri("http://localhost:11434/"));

    /// <summary>Whether the server is on this machine.</summary>
    public bool IsLoopback => BaseAddress.IsLoopback;

    /// <summary>
    /// Reads <paramref name="host"/>; false, with the reason for a person, where it is no address. Nothing at all
    /// means <see cref="Default"/>.
    /// </summary>
    /// <param name="host">
    /// As Ollama itself reads the variable: without a scheme http and port 11434, <c>http://</c> port 80, <c>https://</c>
    /// port 443; <c>:port</c>, IPv6 with and without brackets, a path, quotes and spaces around it.
    /// </param>
    /// <param name="endpoint">The server; <see cref="Default"/> where the result is false.</param>
    /// <param name="error">The reason, a sentence; empty where the result is true.</param>
    public static bool TryParse(string? host, out OllamaEndpoint endpoint, out string error)
    {
        endpoint = Default;
        error = "";
        string text = Unquote(host ?? "");
        if (text.Length == 0)
        {
            return true;
        }

        string scheme = Uri.UriSchemeHttp;
        int port = OllamaPort;
        int separator = text.IndexOf("://", StringComparison.Ordinal);
        if (separator >= 0)
        {
            scheme = text[..separator].ToLowerInvariant();
            text = text[(separator + 3)..];
            if (scheme != Uri.UriSchemeHttp && scheme != Uri.UriSchemeHttps)
            {
                error = $"“{scheme}” is not a scheme of Ollama's: use http or https.";
                return false;
            }

            port = scheme == Uri.UriSchemeHttp ? 80 : 443;
        }
        else if (IsOllamaCloud(text))
        {
            // Ollama's own exception: its cloud is never meant without TLS.
            (scheme, port) = (Uri.UriSchemeHttps, 443);
        }

        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string path = slash < 0 ? "" : text[slash..].Trim('/');
        string authority = slash < 0 ? text : text[..slash];
        if (text.AsSpan().ContainsAny('@', '?', '#'))
        {
            error = "An address of Ollama has a host, a port and perhaps a path: no user name, no “?”, no “#”. A user name and password go into the login.";
            return false;
        }

        if (!TrySplit(authority, ref port, out string name, out error))
        {
            return false;
        }

        string address = string.Create(CultureInfo.InvariantCulture, $"{scheme}://{name}:{port}/{(path.Length == 0 ? "" : path + "/")}");
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.HostNameType is UriHostNameType.Unknown or UriHostNameType.Basic)
        {
            error = $"“{authority}” is not a host name or an IP address.";
            return false;
        }

        endpoint = new OllamaEndpoint(uri);
        return true;
    }

    /// <summary>
    /// Takes <c>user:password@</c> out of an address: what is left, and the two as they are meant, with percent-encoding undone; null
    /// where there is none.
    /// </summary>
    public static (string Host, string? Login) SplitLogin(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        string text = Unquote(host);
        int start = text.IndexOf("://", StringComparison.Ordinal) is >= 0 and var separator ? separator + 3 : 0;
        int end = text.IndexOf('/', start) is >= 0 and var slash ? slash : text.Length;
        int at = text.LastIndexOf('@', end - 1, end - start);
        return at < 0 ? (host, null) : (text.Remove(start, at + 1 - start), Uri.UnescapeDataString(text[start..at]));
    }

    /// <summary>Reads <paramref name="host"/>; throws <see cref="FormatException"/> with the reason where it is no address.</summary>
    public static OllamaEndpoint Parse(string? host) =>
        TryParse(host, out var endpoint, out var error) ? endpoint : throw new FormatException(error);

    /// <summary>Whether it is Ollama's cloud over TLS, the only place that an API key is ever sent to.</summary>
    internal bool IsOllamaCloudOverTls =>
        BaseAddress is { Scheme: "https", Port: 443 } && string.Equals(BaseAddress.Host, "ollama.com", StringComparison.OrdinalIgnoreCase);

    private static string Unquote(string text) => text.Trim().Trim('"', '\'').Trim();

    private static bool IsOllamaCloud(string text) =>
        string.Equals(text.Split('/', 2)[0], "ollama.com", StringComparison.OrdinalIgnoreCase);

    /// <summary>Takes <c>host:port</c> apart; <paramref name="port"/> keeps its default where none is given.</summary>
    private static bool TrySplit(string authority, ref int port, out string name, out string error)
    {
        error = "";
        name = authority;
        string? portText = null;

        // A bare IPv6 address is full of colons; only what follows "]" or the one colon of a name is a port.
        int colon = authority.LastIndexOf(':');
        bool bareIpv6 = colon != authority.IndexOf(':', StringComparison.Ordinal) && !authority.StartsWith('[');
        if (colon >= 0 && !bareIpv6 && colon > authority.LastIndexOf(']'))
        {
            (name, portText) = (authority[..colon], authority[(colon + 1)..]);
        }

        if (!string.IsNullOrEmpty(portText)
            && (!int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
        {
            error = $"“{portText}” is not a port: it must be a number from 1 to 65535.";
            return false;
        }

        name = name.Trim('[', ']');
        if (name.Length == 0)
        {
            name = IPAddress.Loopback.ToString();
        }
        else if (IPAddress.TryParse(name, out IPAddress? ip) && (name.Contains(':', StringComparison.Ordinal) || name.Count(c => c == '.') == 3))
        {
            // "Listen everywhere" is an address for servers; a client connects to this machine.
            ip = ip.Equals(IPAddress.Any) ? IPAddress.Loopback : ip.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : ip;
            name = ip.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{ip}]" : ip.ToString();
        }
        else if (name.AsSpan().ContainsAny(NotInNames))
        {
            error = $"“{authority}” is not a host name or an IP address.";
            return false;
        }

        return true;
    }
}
