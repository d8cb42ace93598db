using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>An MCP server as it is being typed: every value a text, and secrets that are stored kept under <see cref="FormField.Kept"/>.</summary>
public sealed record McpServerDraft
{
    /// <summary>Name of the stored server that this is a change of, whose secrets are kept; empty for a new one.</summary>
    public string Origin { get; init; } = "";

    /// <summary><see cref="McpServerSettings.Name"/>.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether it is a server at an address, not a program.</summary>
    public bool IsHttp { get; init; }

    /// <summary><see cref="McpServerSettings.Command"/>.</summary>
    public string Command { get; init; } = "";

    /// <summary><see cref="McpServerSettings.Arguments"/>, one a line.</summary>
    public string Arguments { get; init; } = "";

    /// <summary><see cref="McpServerSettings.Environment"/>, as <see cref="PairText"/>.</summary>
    public string Environment { get; init; } = "";

    /// <summary><see cref="McpServerSettings.WorkingDirectory"/>.</summary>
    public string WorkingDirectory { get; init; } = "";

    /// <summary><see cref="McpServerSettings.Url"/>.</summary>
    public string Url { get; init; } = "";

    /// <summary><see cref="McpServerSettings.Headers"/>, as <see cref="PairText"/>.</summary>
    public string Headers { get; init; } = "";

    /// <summary><see cref="McpServerSettings.Enabled"/>.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary><see cref="McpServerSettings.CallTimeoutSeconds"/>.</summary>
    public string CallTimeout { get; init; } = Number(McpServerSettings.DefaultCallTimeoutSeconds);

    /// <summary><see cref="McpServerSettings.ConnectTimeoutSeconds"/>.</summary>
    public string ConnectTimeout { get; init; } = Number(McpServerSettings.DefaultConnectTimeoutSeconds);

    /// <summary>Whether nothing is typed yet that says which server is meant.</summary>
    [JsonIgnore]
    public bool IsBlank => Origin.Length == 0 && new[] { Name, Command, Arguments, Environment, WorkingDirectory, Url, Headers }.All(string.IsNullOrWhiteSpace);

    /// <summary>The draft of a stored server; none of its secrets is in it.</summary>
    public static McpServerDraft Of(McpServerSettings server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return new()
        {
            Origin = server.Name,
            Name = server.Name,
            IsHttp = server.Transport is McpTransport.Http,
            Command = server.Command ?? "",
            Arguments = string.Join('\n', server.Arguments),
            Environment = Keep(server.Environment),
            WorkingDirectory = server.WorkingDirectory ?? "",
            Url = server.Url ?? "",
            Headers = Keep(server.Headers),
            Enabled = server.Enabled,
            CallTimeout = Number(server.CallTimeoutSeconds),
            ConnectTimeout = Number(server.ConnectTimeoutSeconds),
        };
    }

    /// <summary>The server that the draft means, secrets that are kept taken from <paramref name="stored"/>, unless they <see cref="LeavesSecretsBehind">stay behind</see>.</summary>
    /// <param name="stored">The stored servers.</param>
    /// <param name="fault">Told what cannot be read at all.</param>
    public McpServerSettings ToSettings(IEnumerable<McpServerSettings> stored, Action<string> fault)
    {
        var origin = OriginIn(stored);

        // A secret was given to be sent to one place, or to one program; to another it does not go without being typed again.
        var source = origin is not null && IsSamePlace(origin) ? origin : null;
        var server = new McpServerSettings
        {
            Name = Name.Trim(),
            Transport = IsHttp ? McpTransport.Http : McpTransport.Stdio,
            Enabled = Enabled,
            CallTimeoutSeconds = Whole(CallTimeout),
            ConnectTimeoutSeconds = Whole(ConnectTimeout),
        };

        // What was typed for the other kind is left behind, secrets above all.
        return IsHttp
            ? server with { Url = Optional(Url), Headers = Recall(Headers, source?.Headers, fault) }
            : server with
            {
                Command = Optional(Command),
                Arguments = [.. Arguments.ReplaceLineEndings("\n").Split('\n').Where(line => line.Length > 0)],
                Environment = Recall(Environment, source?.Environment, fault),
                WorkingDirectory = Optional(WorkingDirectory),
            };
    }

    /// <summary>Whether secrets are stored for another address, or another program, than is typed now: they do not go along.</summary>
    /// <param name="stored">The stored servers.</param>
    public bool LeavesSecretsBehind(IEnumerable<McpServerSettings> stored) =>
        OriginIn(stored) is { } origin && !IsSamePlace(origin)
        && PairText.Split(IsHttp ? Headers : Environment).Any(pair => pair.Value == FormField.Kept);

    private McpServerSettings? OriginIn(IEnumerable<McpServerSettings> stored) =>
        Origin.Length == 0 ? null : stored.FirstOrDefault(server => server.Name == Origin);

    private bool IsSamePlace(McpServerSettings origin) =>
        IsHttp == origin.Transport is McpTransport.Http && (IsHttp ? IsSameServer(Url, origin.Url) : Optional(Command) == origin.Command);

    private static bool IsSameServer(string typed, string? stored) =>
        Uri.TryCreate(typed.Trim(), UriKind.Absolute, out var left) && Uri.TryCreate(stored, UriKind.Absolute, out var right)
        && Uri.Compare(left, right, UriComponents.Scheme | UriComponents.Host | UriComponents.StrongPort, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static string Keep(ImmutableSortedDictionary<string, string> secrets) =>
        PairText.Join(secrets.Select(secret => KeyValuePair.Create(secret.Key, FormField.Kept)));

    private static ImmutableSortedDictionary<string, string> Recall(
        string text, ImmutableSortedDictionary<string, string>? stored, Action<string> fault) =>
        PairText.Recall(PairText.Read(text, fault), stored ?? ImmutableSortedDictionary<string, string>.Empty);

    private static string? Optional(string text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    // What is no whole number becomes one that every rule refuses, with the sentence that names its range.
    private static int Whole(string text) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : int.MinValue;
}
