using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OllamaStudio.Core.Settings;

/// <summary>
/// The list of MCP servers. In one text, and where it is saved, JSON:
/// <code>[{ "Name": "files", "Transport": "stdio", "Command": "npx", "Arguments": ["-y", "…"] }]</code>
/// From configuration its values come flat: <c>0:Name</c>, <c>0:Arguments:1</c>, <c>0:Environment:TOKEN</c>.
/// </summary>
internal sealed partial class McpServersFormat : SettingFormat<ImmutableArray<McpServerSettings>>
{
    private static readonly JsonDocumentOptions s_reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private const string Form = "It must be a list of servers, each with a Name and a Command or a Url.";

    public override RawSetting Take(JsonNode? node) => node is JsonArray ? RawSetting.Of(node.ToJsonString()) : RawSetting.Of(node);

    public override bool TryRead(RawSetting raw, out ImmutableArray<McpServerSettings> value, out string error)
    {
        (value, error) = ([], "");
        try
        {
            var json = raw.Text is { } text ? JsonNode.Parse(text, documentOptions: s_reading) : Gather(raw.Children ?? []);
            var servers = json.Deserialize(Json.Default.McpServerJsonArray);
            if (servers is null || servers.Contains(null))
            {
                error = Form;
                return false;
            }

            value = [.. servers.Select(server => server!.ToSettings())];
            return true;
        }
        catch (Exception malformed) when (malformed is JsonException or ArgumentException or InvalidOperationException)
        {
            // Its message could quote a secret.
            error = Form;
            return false;
        }
    }

    public override JsonNode? Write(ImmutableArray<McpServerSettings> value) =>
        JsonSerializer.SerializeToNode([.. value.Select(McpServerJson.Of)], Json.Default.McpServerJsonArray);

    public override ImmutableArray<McpServerSettings> Normalize(ImmutableArray<McpServerSettings> value) =>
        value.IsDefaultOrEmpty ? [] : [.. value.Select(Normalize)];

    public override bool Same(ImmutableArray<McpServerSettings> left, ImmutableArray<McpServerSettings> right) =>
        left.AsSpan().SequenceEqual(right.AsSpan());

    private static McpServerSettings Normalize(McpServerSettings server) => server with
    {
        Name = server.Name?.Trim() ?? "",
        Command = SettingFormats.OptionalText.Normalize(server.Command),
        Arguments = server.Arguments.IsDefault ? [] : server.Arguments,
        Environment = SettingFormats.Pairs.Normalize(server.Environment),
        WorkingDirectory = SettingFormats.OptionalText.Normalize(server.WorkingDirectory),
        Url = SettingFormats.OptionalText.Normalize(server.Url),
        Headers = SettingFormats.Pairs.Normalize(server.Headers),
    };

    /// <summary>Puts flat values together again. Environment variables write <c>__</c> for the colon; a name in the third place may hold either.</summary>
    private static JsonArray Gather(IEnumerable<KeyValuePair<string, string>> children)
    {
        var servers = new SortedDictionary<int, JsonObject>();
        foreach (var (path, value) in children)
        {
            var parts = path.Split(path.Contains(':', StringComparison.Ordinal) ? ":" : "__", 3);
            if (parts.Length < 2 || Index(parts[0]) is var index && index == int.MaxValue)
            {
                throw new JsonException(Form);
            }

            if (!servers.TryGetValue(index, out var server))
            {
                servers[index] = server = new JsonObject(new() { PropertyNameCaseInsensitive = true });
            }

            if (parts.Length == 2)
            {
                server[parts[1]] = value;
                continue;
            }

            if (server[parts[1]] is not JsonObject within)
            {
                server[parts[1]] = within = [];
            }

            within[parts[2]] = value;
        }

        foreach (var server in servers.Values)
        {
            if (server[nameof(McpServerJson.Arguments)] is JsonObject list)
            {
                server[nameof(McpServerJson.Arguments)] = new JsonArray(
                    [.. list.OrderBy(item => Index(item.Key)).Select(item => item.Value?.DeepClone())]);
            }
        }

        return new JsonArray([.. servers.Values]);
    }

    private static int Index(string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : int.MaxValue;

    [JsonSourceGenerationOptions(
        PropertyNameCaseInsensitive = true,
        UseStringEnumConverter = true,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(McpServerJson?[]))]
    private sealed partial class Json : JsonSerializerContext;
}
