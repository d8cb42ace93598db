using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OllamaStudio.Core.Settings;

/// <summary>An MCP server as it stands in JSON: everything may be missing.</summary>
internal sealed record McpServerJson
{
    public string? Name { get; init; }

    /// <summary>Where it is missing, the address or the command tells.</summary>
    public McpTransport? Transport { get; init; }

    public string? Command { get; init; }

    public List<string>? Arguments { get; init; }

    public Dictionary<string, string>? Environment { get; init; }

    public string? WorkingDirectory { get; init; }

    public string? Url { get; init; }

    public Dictionary<string, string>? Headers { get; init; }

    [JsonConverter(typeof(FlagConverter))]
    public bool? Enabled { get; init; }

    public int? CallTimeoutSeconds { get; init; }

    public int? ConnectTimeoutSeconds { get; init; }

    public static McpServerJson Of(McpServerSettings server) => new()
    {
        Name = server.Name,
        Transport = server.Transport,
        Command = server.Command,
        Arguments = server.Arguments.IsEmpty ? null : [.. server.Arguments],
        Environment = server.Environment.IsEmpty ? null : new(server.Environment),
        WorkingDirectory = server.WorkingDirectory,
        Url = server.Url,
        Headers = server.Headers.IsEmpty ? null : new(server.Headers),
        Enabled = server.Enabled,
        CallTimeoutSeconds = server.CallTimeoutSeconds,
        ConnectTimeoutSeconds = server.ConnectTimeoutSeconds,
    };

    public McpServerSettings ToSettings() => new()
    {
        Name = Name ?? "",
        Transport = Transport ?? (string.IsNullOrWhiteSpace(Url) ? McpTransport.Stdio : McpTransport.Http),
        Command = Command,
        Arguments = Arguments is null ? [] : [.. Arguments.OfType<string>()],
        Environment = Pairs(Environment),
        WorkingDirectory = WorkingDirectory,
        Url = Url,
        Headers = Pairs(Headers),
        Enabled = Enabled ?? true,
        CallTimeoutSeconds = CallTimeoutSeconds ?? McpServerSettings.DefaultCallTimeoutSeconds,
        ConnectTimeoutSeconds = ConnectTimeoutSeconds ?? McpServerSettings.DefaultConnectTimeoutSeconds,
    };

    private static ImmutableSortedDictionary<string, string> Pairs(Dictionary<string, string>? pairs) =>
        (pairs ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Configuration writes a flag as text.</summary>
    internal sealed class FlagConverter : JsonConverter<bool?>
    {
        public override bool? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.Null => null,
            JsonTokenType.String when bool.TryParse(reader.GetString(), out var flag) => flag,
            _ => throw new JsonException(),
        };

        public override void Write(Utf8JsonWriter writer, bool? value, JsonSerializerOptions options) => writer.WriteBooleanValue(value ?? true);
    }
}
