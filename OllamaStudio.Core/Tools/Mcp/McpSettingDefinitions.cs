using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>The settings of MCP servers.</summary>
public static partial class McpSettingDefinitions
{
    /// <summary>Key of <see cref="McpSettings.Servers"/>.</summary>
    public const string ServersKey = "Mcp:Servers";

    /// <summary>Key of <see cref="McpSettings.ServerUrl"/>.</summary>
    public const string ServerUrlKey = "Mcp:ServerUrl";

    // A name is put before the names of tools, of which models take 64 characters.
    private const int MaxNameLength = 32;
    private const int MaxArguments = 100;
    private const int MaxTextLength = 4096;

    private static readonly ImmutableSortedDictionary<string, string> s_none = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
    private static readonly SettingGroup s_group = new("tools", "Tools") { Help = "MCP servers whose tools a model may call: programs on this machine, or servers at an address." };

    private static readonly SettingAccessor<McpSettings> s_mcp = new(settings => settings.Mcp, (settings, value) => settings with { Mcp = value });

    private static readonly Func<int, string?> s_callTimeout = SettingRules.Between(1, 3600);
    private static readonly Func<int, string?> s_connectTimeout = SettingRules.Between(1, 600);

    /// <summary>The list of servers, each checked in the order of its form.</summary>
    public static ListFormat<McpServerSettings> Format { get; } = new(ServerJson.Default.McpServerSettings, "server")
    {
        Needs = "a Name and a Command or a Url",
        Name = server => server.Name,
        Secrets = [nameof(McpServerSettings.Environment), nameof(McpServerSettings.Headers)],
        Complete = InferTransport,
        Tidy = Tidy,
        KeepsSecrets = IsSamePlace,
        Rules =
        [
            new(nameof(McpServerSettings.Name), "name", static (server, others) => Name(server.Name, others)),
            OfPrograms(nameof(McpServerSettings.Command), "program", static server => Command(server.Command)),
            OfPrograms(nameof(McpServerSettings.Arguments), "arguments", static server => Arguments(server.Arguments)),
            OfPrograms(nameof(McpServerSettings.Environment), "environment", static server => Environment(server.Environment)),
            OfPrograms(nameof(McpServerSettings.WorkingDirectory), "folder", static server => WorkingDirectory(server.WorkingDirectory)),
            OfAddresses(nameof(McpServerSettings.Url), "address", static server => Url(server.Url)),
            OfAddresses(nameof(McpServerSettings.Headers), "headers", static server => SettingRules.Headers(server.Headers)),
            new(nameof(McpServerSettings.CallTimeoutSeconds), "call timeout (seconds)", static (server, _) => s_callTimeout(server.CallTimeoutSeconds)),
            new(nameof(McpServerSettings.ConnectTimeoutSeconds), "connection timeout (seconds)", static (server, _) => s_connectTimeout(server.ConnectTimeoutSeconds)),
        ],
    };

    /// <summary>All of them.</summary>
    public static IEnumerable<SettingDefinition> All =>
    [
        new SettingDefinition<ImmutableArray<McpServerSettings>>(ServersKey, "MCP servers", Format, s_mcp.Then(
            settings => settings.Servers, (settings, value) => settings with { Servers = value }))
        {
            Group = s_group,
            Help = "Values of variables and headers are stored encrypted and never shown again.",
        },
        new SettingDefinition<string?>(ServerUrlKey, "MCP server at an address", SettingFormats.OptionalCode, s_mcp.Then(
            settings => settings.ServerUrl, (settings, value) => settings with { ServerUrl = value }))
        {
            Group = s_group,
            Help = $"One more server, over HTTP, named {McpSettings.UrlServerName}; MCP_SERVER_URL sets it too.",
            Placeholder = "none",
            Meaning = "one MCP server over HTTP whose tools the model may call; more on the settings page, see [docs/mcp.md](docs/mcp.md)",
            Variables = [new("MCP_SERVER_URL")],
            Rule = static url => url is null ? null : Url(url),
            TestId = "setting-mcp-url",
        },
    ];

    private static ItemRule<McpServerSettings> OfPrograms(string field, string label, Func<McpServerSettings, string?> check) =>
        new(field, label, (server, _) => server.Transport is McpTransport.Stdio ? check(server) : null);

    private static ItemRule<McpServerSettings> OfAddresses(string field, string label, Func<McpServerSettings, string?> check) =>
        new(field, label, (server, _) => server.Transport is McpTransport.Http ? check(server) : null);

    private static void InferTransport(JsonObject server)
    {
        if (!server.ContainsKey(nameof(McpServerSettings.Transport)) && !string.IsNullOrWhiteSpace(server[nameof(McpServerSettings.Url)]?.ToString()))
        {
            server[nameof(McpServerSettings.Transport)] = nameof(McpTransport.Http);
        }
    }

    // What was set for the other kind is left behind, secrets above all.
    private static McpServerSettings Tidy(McpServerSettings server) => server.Transport is McpTransport.Http
        ? server with
        {
            Name = server.Name.Trim(), Url = Optional(server.Url), Headers = NamedValues.Tidy(server.Headers),
            Command = null, Arguments = [], Environment = s_none, WorkingDirectory = null,
        }
        : server with
        {
            Name = server.Name.Trim(), Command = Optional(server.Command),
            Arguments = server.Arguments.IsDefault ? [] : server.Arguments, Environment = NamedValues.Tidy(server.Environment),
            WorkingDirectory = Optional(server.WorkingDirectory), Url = null, Headers = s_none,
        };

    /// <summary>A secret was given to be sent to one place, or to one program; to another it does not go without being typed again.</summary>
    private static bool IsSamePlace(McpServerSettings server, McpServerSettings origin) =>
        server.Transport == origin.Transport
        && (server.Transport is McpTransport.Http ? SettingRules.IsSameServer(server.Url, origin.Url) : server.Command == origin.Command);

    private static string? Optional(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string? Name(string name, IReadOnlyList<McpServerSettings> others) =>
        name.Length == 0 ? "It needs a name, such as files."
        : name.Length > MaxNameLength ? $"It may have at most {MaxNameLength} characters."
        : name.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_'))
            ? "It may contain only letters, digits, - and _."
        : string.Equals(name, McpSettings.UrlServerName, StringComparison.OrdinalIgnoreCase)
            ? $"{McpSettings.UrlServerName} is the name of the MCP_SERVER_URL server; choose another."
        : others.Any(other => string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase)) ? "Another server has this name."
        : null;

    private static string? Command(string? command) =>
        command is null ? "It must not be empty; enter the program to run, such as npx."
        : command.Length > MaxTextLength ? $"It may have at most {MaxTextLength} characters."
        : command.Any(char.IsControl) ? "It must not contain line breaks or other control characters."
        : null;

    private static string? Arguments(ImmutableArray<string> arguments) =>
        arguments.Length > MaxArguments ? $"There may be at most {MaxArguments} of them."
        : arguments.Any(argument => argument.Length > MaxTextLength) ? $"Each may have at most {MaxTextLength} characters."
        : arguments.Any(argument => argument.Contains('\0', StringComparison.Ordinal)) ? "They must not contain null characters."
        : null;

    private static string? Environment(ImmutableSortedDictionary<string, string> variables) =>
        variables.Keys.Any(name => name.Contains('=', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal))
            ? "A variable's name must not contain the sign =."
        : variables.Values.Any(value => value.Contains('\0', StringComparison.Ordinal)) ? "Values must not contain null characters."
        : SettingRules.Attributes(variables);

    private static string? WorkingDirectory(string? folder) =>
        folder is null || Path.IsPathFullyQualified(folder) ? null : "It must be a full path, starting at the root.";

    private static string? Url(string? url) =>
        url is null ? "It must not be empty; enter the server's address, such as http://localhost:3001/mcp."
        : SettingRules.Address(url, "http://localhost:3001/mcp", "put them into a header");

    [JsonSerializable(typeof(McpServerSettings))]
    private sealed partial class ServerJson : JsonSerializerContext;
}
