using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OllamaSharp.Models;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>
/// Makes the properties of OllamaSharp's answers forgiving: one value of the wrong type counts as absent, for it must not make a server
/// that answers look down. Absent is null, and 0 where the property has no null: sizes, and lengths of which 0 means nothing either.
/// </summary>
internal static class LenientAnswers
{
    private static readonly Dictionary<Type, JsonConverter> Converters = new()
    {
        [typeof(string)] = new LenientConverter<string>(static (value, _) => value.Text()),
        [typeof(string[])] = new LenientConverter<string[]>(static (value, _) => [.. value.Texts()]),
        [typeof(long)] = new LenientConverter<long>(static (value, _) => Lenient.Count(value) ?? 0),
        [typeof(int)] = new LenientConverter<int>(static (value, _) => (int)(Lenient.Count(value) is <= int.MaxValue and var count ? count : 0)),
        [typeof(DateTime)] = new LenientConverter<DateTime>(static (value, _) => value.Time()?.UtcDateTime ?? default),
        [typeof(DateTimeOffset?)] = new LenientConverter<DateTimeOffset?>(static (value, _) => value.Time()),
        [typeof(Details)] = new LenientConverter<Details>(static (value, options) => Read<InstalledDetails>(value, options)),
        [typeof(Model[])] = new LenientConverter<Model[]>(static (value, options) => [.. Items<InstalledModel>(value, options)]),
        [typeof(RunningModel[])] = new LenientConverter<RunningModel[]>(static (value, options) => [.. Items<RunningModel>(value, options)]),
        [typeof(ModelInfo)] = new LenientConverter<ModelInfo>(static (value, _) => new() { ExtraInfo = value.Fields().ToDictionary(field => field.Key, field => (object)field.Value) }),
        [typeof(ProjectorInfo)] = new LenientConverter<ProjectorInfo>(static (_, _) => null),
    };

    /// <summary>A modifier of the contract.</summary>
    public static void Apply(JsonTypeInfo type)
    {
        foreach (JsonPropertyInfo property in type.Properties)
        {
            property.CustomConverter = Converters.GetValueOrDefault(property.PropertyType) ?? property.CustomConverter;
        }
    }

    private static T? Read<T>(JsonElement value, JsonSerializerOptions options)
        where T : class =>
        value.ValueKind == JsonValueKind.Object ? value.Deserialize((JsonTypeInfo<T>)options.GetTypeInfo(typeof(T))) : null;

    private static IEnumerable<T> Items<T>(JsonElement list, JsonSerializerOptions options)
        where T : class =>
        list.Items().Select(item => Read<T>(item, options)).OfType<T>();
}

/// <summary>Reads a value of any kind with a function that never fails.</summary>
internal sealed class LenientConverter<T>(Func<JsonElement, JsonSerializerOptions, T?> read) : JsonConverter<T>
{
    public override bool HandleNull => true;

    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => read(JsonElement.ParseValue(ref reader), options);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => throw new NotSupportedException("Answers are received, never sent.");
}

/// <summary><c>{"error":…}</c> on a line of progress, in each of the forms that <see cref="Envelope"/> knows; OllamaSharp's reads a text only.</summary>
internal sealed class ErrorConverter : JsonConverter<ErrorResponse>
{
    public override ErrorResponse Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new() { Message = Envelope.FindError(JsonElement.ParseValue(ref reader))?.Text ?? "" };

    public override void Write(Utf8JsonWriter writer, ErrorResponse value, JsonSerializerOptions options) => throw new NotSupportedException("Answers are received, never sent.");
}

/// <summary><c>{"version":"0.33.0"}</c>, which OllamaSharp reads as a tree: without a version where it is no text, the last of a doubled one.</summary>
internal sealed class VersionConverter : JsonConverter<JsonNode>
{
    public override JsonNode Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new JsonObject { ["version"] = JsonElement.ParseValue(ref reader).Field("version"u8).Text() };

    public override void Write(Utf8JsonWriter writer, JsonNode value, JsonSerializerOptions options) => throw new NotSupportedException("Answers are received, never sent.");
}

/// <summary>An installed model, with what OllamaSharp's lacks.</summary>
internal sealed class InstalledModel : Model
{
    [JsonPropertyName("capabilities")]
    public string[]? Capabilities { get; set; }

    [JsonPropertyName("remote_host")]
    public string? RemoteHost { get; set; }
}

/// <summary>What a model is made of, with what OllamaSharp's lacks.</summary>
internal sealed class InstalledDetails : Details
{
    [JsonPropertyName("context_length")]
    public int ContextLength { get; set; }
}
