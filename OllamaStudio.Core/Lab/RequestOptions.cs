using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Mapping;

namespace OllamaStudio.Core.Lab;

/// <summary>Options of a request as one JSON object under Ollama's names, as a person edits them and as a span has them.</summary>
public static class RequestOptions
{
    private const string Temperature = "temperature", TopP = "top_p", TopK = "top_k", Seed = "seed", Frequency = "frequency_penalty", Presence = "presence_penalty", Stop = "stop";

    /// <summary>JSON output, <c>"json"</c> or a schema.</summary>
    internal const string Format = "format";

    // Those that ChatOptions has a property for, then those that travel beside it.
    private static readonly string[] Typed = [Temperature, TopP, TopK, Seed, OllamaRequestProperties.NumPredict, Frequency, Presence, Stop, Format];

    private static readonly string[] Further =
    [
        OllamaRequestProperties.NumCtx, OllamaRequestProperties.MinP, OllamaRequestProperties.RepeatPenalty, OllamaRequestProperties.RepeatLastN,
        OllamaRequestProperties.TypicalP, OllamaRequestProperties.Think, OllamaRequestProperties.KeepAlive, OllamaRequestProperties.Truncate,
        OllamaRequestProperties.Shift, OllamaRequestProperties.NumKeep, OllamaRequestProperties.NumBatch, OllamaRequestProperties.NumGpu,
        OllamaRequestProperties.MainGpu, OllamaRequestProperties.UseMmap, OllamaRequestProperties.NumThread, OllamaRequestProperties.Logprobs,
        OllamaRequestProperties.TopLogprobs,
    ];

    private static readonly FrozenSet<string> Names = Typed.Concat(Further).ToFrozenSet(StringComparer.Ordinal);

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether it is sent at all.</summary>
    internal static bool IsKnown(string name) => Names.Contains(name);

    /// <summary>The options as a person edits them.</summary>
    public static string Show(JsonObject options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.ToJsonString(Indented);
    }

    /// <summary>Reads what a person wrote; nothing at all is no options.</summary>
    /// <param name="text">A JSON object.</param>
    /// <param name="options">The options; null where the result is false.</param>
    /// <param name="problem">What is wrong and what to do, a sentence or two; null where the result is true.</param>
    public static bool TryRead(string? text, [NotNullWhen(true)] out JsonObject? options, [NotNullWhen(false)] out string? problem)
    {
        (options, problem) = (null, null);
        try
        {
            var read = string.IsNullOrWhiteSpace(text) ? [] : JsonNode.Parse(text) as JsonObject;
            if (read is null)
            {
                problem = "Options are a JSON object, such as {\"temperature\": 0.2}.";
                return false;
            }

            // As it would be sent: what only shows there is refused here, too.
            RequestMapper.Map([], ToChatOptions(read), "model", client: null);
            options = read;
            return true;
        }
        catch (JsonException error)
        {
            problem = $"This is not JSON: look at line {error.LineNumber + 1}, character {error.BytePositionInLine + 1}.";
        }
        catch (ArgumentException)
        {
            problem = "An option stands there twice. Take one of them out.";
        }
        catch (OllamaException error)
        {
            problem = $"{error.Message} {error.NextStep}";
        }

        return false;
    }

    /// <summary>The options as the chat client takes them.</summary>
    /// <exception cref="OllamaException">One is unknown or is not what it may be.</exception>
    internal static ChatOptions ToChatOptions(JsonObject json)
    {
        var values = new AdditionalPropertiesDictionary();
        foreach (var (name, value) in json)
        {
            if (!IsKnown(name))
            {
                throw Refused($"“{name}” is not an option that the studio sends.", $"Take it out, or use one of these: {string.Join(", ", Typed.Concat(Further))}.");
            }

            values[name] = Plain(value);
        }

        var reader = new PropertyReader(values);
        var options = new ChatOptions
        {
            Temperature = reader.Float(Temperature),
            TopP = reader.Float(TopP),
            TopK = reader.Int(TopK),
            Seed = ReadSeed(json[Seed]),
            MaxOutputTokens = reader.Int(OllamaRequestProperties.NumPredict),
            FrequencyPenalty = reader.Float(Frequency),
            PresencePenalty = reader.Float(Presence),
            StopSequences = ReadStop(json[Stop]),
            ResponseFormat = ReadFormat(json[Format]),
        };
        foreach (var name in Typed)
        {
            values.Remove(name);
        }

        options.AdditionalProperties = values.Count > 0 ? values : null;
        return options;
    }

    private static object? Plain(JsonNode? node) => node is not JsonValue value ? node?.ToJsonString()
        : value.TryGetValue(out bool flag) ? flag
        : value.TryGetValue(out int whole) ? whole
        : value.TryGetValue(out double number) ? number
        : value.TryGetValue(out string? text) ? text
        : value.ToJsonString();

    private static long? ReadSeed(JsonNode? node) => node is null ? null
        : node is JsonValue value && value.GetValueKind() is JsonValueKind.Number
            && long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed) ? seed
        : throw Refused($"“{node.ToJsonString()}” is not a value of seed.", "Set seed to a whole number.");

    private static List<string>? ReadStop(JsonNode? node)
    {
        switch (node)
        {
            case null:
                return null;
            case JsonValue one when one.TryGetValue(out string? text):
                return [text];
            case JsonArray many when many.All(static item => item is JsonValue value && value.TryGetValue(out string? _)):
                return [.. many.Select(static item => item!.GetValue<string>())];
            default:
                throw Refused($"“{node.ToJsonString()}” is not a value of stop.", "Set stop to a list of texts, such as [\"END\"].");
        }
    }

    private static ChatResponseFormatJson? ReadFormat(JsonNode? node) => node switch
    {
        null => null,
        JsonObject schema => ChatResponseFormat.ForJsonSchema(JsonElement.Parse(schema.ToJsonString())),
        JsonValue value when value.TryGetValue(out string? text) && text == "json" => ChatResponseFormat.Json,
        _ => throw Refused($"“{node.ToJsonString()}” is not a value of format.", "Set format to \"json\" or to a JSON schema."),
    };

    private static OllamaException Refused(string what, string nextStep) => new(OllamaErrorKind.Refused, what, nextStep);
}
