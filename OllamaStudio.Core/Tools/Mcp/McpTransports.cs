using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol.Client;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>Makes the way to a server; nothing is started yet.</summary>
/// <param name="server">The server.</param>
/// <param name="onErrorLine">Told each line of its program's error output.</param>
internal delegate IClientTransport McpTransportFactory(McpServerSettings server, Action<string> onErrorLine);

/// <summary>The ways to real servers.</summary>
internal static class McpTransports
{
    /// <summary>How long a program may take to end by itself when it is asked to; then it is killed. Shorter than the studio's own end.</summary>
    private static readonly TimeSpan s_shutdownTimeout = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Variables of our environment that programs need to run: where programs and files are, and the language. Everything else,
    /// keys above all, stays here: a server's program is other people's code.
    /// </summary>
    private static readonly ImmutableArray<string> s_passedOn = OperatingSystem.IsWindows()
        ? ["PATH", "PATHEXT", "SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "TEMP", "TMP", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "PROGRAMFILES", "PROGRAMDATA"]
        : ["PATH", "HOME", "LANG", "TMPDIR"];

    public static IClientTransport Create(McpServerSettings server, Action<string> onErrorLine) =>
        server.Transport is McpTransport.Http ? Http(server) : Stdio(server, onErrorLine);

    /// <summary>What answers as that server, whatever it is called: the address, or the program with its arguments and its folder.</summary>
    internal static string PlaceOf(McpServerSettings server) => server.Transport is McpTransport.Http
        ? server.Url ?? ""
        : string.Join('\0', [server.Command, .. server.Arguments, server.WorkingDirectory]);

    /// <summary>The whole environment of a server's program.</summary>
    internal static Dictionary<string, string?> EnvironmentOf(McpServerSettings server)
    {
        var variables = new Dictionary<string, string?>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (var name in s_passedOn)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                variables[name] = value;
            }
        }

        foreach (var (name, value) in server.Environment)
        {
            variables[name] = value;
        }

        return variables;
    }

    private static StdioClientTransport Stdio(McpServerSettings server, Action<string> onErrorLine) => new(
        new StdioClientTransportOptions
        {
            Name = server.Name,
            Command = server.Command ?? "",
            Arguments = [.. server.Arguments],
            WorkingDirectory = server.WorkingDirectory,
            InheritEnvironmentVariables = false,
            EnvironmentVariables = EnvironmentOf(server),
            ShutdownTimeout = s_shutdownTimeout,
            StandardErrorLines = onErrorLine,
        },
        NullLoggerFactory.Instance);

    private static HttpClientTransport Http(McpServerSettings server)
    {
        var address = new Uri(server.Url ?? "", UriKind.Absolute);
        return new(
            new HttpClientTransportOptions
            {
                Name = server.Name,
                Endpoint = address,
                AdditionalHeaders = new Dictionary<string, string>(server.Headers, StringComparer.OrdinalIgnoreCase),
                ConnectionTimeout = TimeSpan.FromSeconds(server.ConnectTimeoutSeconds),
            },
            // Calls have their own limit; the client's 100 s would cut a longer one short.
            new HttpClient(new RedirectGuard(Handler(server, address))) { Timeout = Timeout.InfiniteTimeSpan },
            NullLoggerFactory.Instance,
            ownsHttpClient: true);
    }

    internal static SocketsHttpHandler Handler(McpServerSettings server, Uri address) => new()
    {
        // A proxy knows nothing of this machine.
        UseProxy = !address.IsLoopback,

        // Only Authorization would be kept from the new place; other headers hold keys as well.
        AllowAutoRedirect = false,
        UseCookies = false,

        // Less than a look at the server may take, so that nobody there is told from somebody busy.
        ConnectTimeout = TimeSpan.FromSeconds(server.ConnectTimeoutSeconds) / 2,
    };
}
