using System.Collections.Immutable;

namespace OllamaStudio.Core.Settings;

/// <summary>What values an MCP server may have.</summary>
public static class McpServerRules
{
    /// <summary>Most servers.</summary>
    public const int MaxServers = 32;

    /// <summary>Most characters of a name: it is put before the names of tools, of which models take 64.</summary>
    public const int MaxNameLength = 32;

    private const int MaxArguments = 100;
    private const int MaxTextLength = 4096;

    private static readonly Func<int, string?> s_callTimeout = SettingRules.Between(1, 3600);
    private static readonly Func<int, string?> s_connectTimeout = SettingRules.Between(1, 600);

    /// <summary>Everything that is wrong with one server by itself, in the order of its form.</summary>
    /// <param name="server">The server.</param>
    /// <param name="otherNames">Names that others have.</param>
    public static ImmutableArray<McpServerFault> Check(McpServerSettings server, IEnumerable<string> otherNames)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(otherNames);
        var faults = ImmutableArray.CreateBuilder<McpServerFault>();
        Add(nameof(server.Name), Name(server.Name, otherNames));
        if (server.Transport is McpTransport.Stdio)
        {
            Add(nameof(server.Command), Command(server.Command));
            Add(nameof(server.Arguments), Arguments(server.Arguments));
            Add(nameof(server.Environment), Environment(server.Environment));
            Add(nameof(server.WorkingDirectory), WorkingDirectory(server.WorkingDirectory));
        }
        else
        {
            Add(nameof(server.Url), Url(server.Url));
            Add(nameof(server.Headers), SettingRules.Headers(server.Headers));
        }

        Add(nameof(server.CallTimeoutSeconds), s_callTimeout(server.CallTimeoutSeconds));
        Add(nameof(server.ConnectTimeoutSeconds), s_connectTimeout(server.ConnectTimeoutSeconds));
        return faults.ToImmutable();

        void Add(string field, string? message)
        {
            if (message is not null)
            {
                faults.Add(new(field, message));
            }
        }
    }

    /// <summary>Everything that is wrong with a list of servers, one sentence after the other; null for nothing.</summary>
    internal static string? All(ImmutableArray<McpServerSettings> servers)
    {
        if (servers.Length > MaxServers)
        {
            return $"There may be at most {MaxServers} servers.";
        }

        var faults = servers.SelectMany((server, i) =>
            Check(server, servers.Take(i).Select(other => other.Name))
                .Select(fault => $"{(server.Name.Length > 0 ? server.Name : $"Server {i + 1}")}, {Label(fault.Field)}: {fault.Message}"));
        var text = string.Join(' ', faults);
        return text.Length == 0 ? null : text;
    }

    /// <summary>What is wrong with the address of a server; null is a server that is not there.</summary>
    internal static string? OptionalUrl(string? url) => url is null ? null : Url(url);

    private static string Label(string field) => field switch
    {
        nameof(McpServerSettings.WorkingDirectory) => "folder",
        nameof(McpServerSettings.Url) => "address",
        nameof(McpServerSettings.CallTimeoutSeconds) => "seconds for a call",
        nameof(McpServerSettings.ConnectTimeoutSeconds) => "seconds to connect",
        _ => field.ToLowerInvariant(),
    };

    private static string? Name(string name, IEnumerable<string> others) =>
        name.Length == 0 ? "It needs a name, such as files."
        : name.Length > MaxNameLength ? $"It may have at most {MaxNameLength} characters."
        : name.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_'))
            ? "It may hold only letters, digits, - and _."
        : string.Equals(name, McpSettings.UrlServerName, StringComparison.OrdinalIgnoreCase)
            ? $"{McpSettings.UrlServerName} is the name of the server of MCP_SERVER_URL; take another."
        : others.Contains(name, StringComparer.OrdinalIgnoreCase) ? "Another server has this name."
        : null;

    private static string? Command(string? command) =>
        command is null ? "It must not be empty; enter the program to run, such as npx."
        : command.Length > MaxTextLength ? $"It may have at most {MaxTextLength} characters."
        : command.Any(char.IsControl) ? "It must not hold line breaks or other control characters."
        : null;

    private static string? Arguments(ImmutableArray<string> arguments) =>
        arguments.Length > MaxArguments ? $"There may be at most {MaxArguments} of them."
        : arguments.Any(argument => argument.Length > MaxTextLength) ? $"Each may have at most {MaxTextLength} characters."
        : arguments.Any(argument => argument.Contains('\0', StringComparison.Ordinal)) ? "They must not hold null characters."
        : null;

    private static string? Environment(ImmutableSortedDictionary<string, string> variables) =>
        variables.Keys.Any(name => name.Contains('=', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal))
            ? "A variable's name must not hold the sign =."
        : variables.Values.Any(value => value.Contains('\0', StringComparison.Ordinal)) ? "Values must not hold null characters."
        : SettingRules.Attributes(variables);

    private static string? WorkingDirectory(string? folder) =>
        folder is null || Path.IsPathFullyQualified(folder) ? null : "It must be a whole path, from the root on.";

    private static string? Url(string? url) =>
        url is null ? "It must not be empty; enter the server's address, such as http://localhost:3001/mcp."
        : !Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0
            ? "It must be a whole address that begins with http:// or https://, such as http://localhost:3001/mcp."
        : address.UserInfo.Length > 0 ? "It must not hold a user name or password; put them into a header."
        : null;
}
