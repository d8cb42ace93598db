using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Models;

namespace OllamaStudio.Simulator.Wire;

/// <summary>What <c>/api/chat</c> and <c>/api/generate</c> ask for alike. Every field may be missing.</summary>
internal abstract record InferenceRequest
{
    public string Model { get; init => field = value ?? ""; } = "";

    public bool? Stream { get; init; }
    public bool? Truncate { get; init; }
    public bool? Shift { get; init; }
    public JsonElement? Format { get; init; }
    public JsonElement? Think { get; init; }
    public JsonElement? KeepAlive { get; init; }
    public IReadOnlyDictionary<string, JsonElement>? Options { get; init; }
    public bool? Logprobs { get; init; }

    /// <summary>Renders the prompt and generates nothing.</summary>
    [JsonPropertyName("_debug_render_only")]
    public bool? RenderOnly { get; init; }

    /// <summary>Alternatives of each token, 0–20.</summary>
    public int? TopLogprobs { get; init; }

    /// <summary>What the model is to read; empty where it is only to be loaded.</summary>
    [JsonIgnore]
    public abstract ImmutableArray<Message> Turns { get; }

    [JsonIgnore]
    public virtual ImmutableArray<ToolFunction> OfferedTools => [];

    /// <summary>How much to think: a boolean or a level; null where the request does not say.</summary>
    public ThinkLevel? ReadThink() => Think switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => ThinkLevel.Medium,
        { ValueKind: JsonValueKind.False } => ThinkLevel.None,
        { } level => level.ToString() switch
        {
            "low" => ThinkLevel.Low,
            "medium" => ThinkLevel.Medium,
            "high" => ThinkLevel.High,
            "max" => ThinkLevel.Max,
            var other => throw WireException.BadRequest($"invalid think value: \"{other}\" (must be \"high\", \"medium\", \"low\", \"max\", true, or false)"),
        },
    };

    /// <summary>The schema of the answer, empty for <c>"json"</c>; null for free text.</summary>
    public JsonObject? ReadFormat() => Format switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } schema => JsonObject.Create(schema),
        { ValueKind: JsonValueKind.String } text when text.GetString() is "json" => [],
        { ValueKind: JsonValueKind.String } text when text.GetString() is "" => null,
        { } other => throw WireException.BadRequest($"invalid format: {other.GetRawText()}; expected \"json\" or a valid JSON Schema object"),
    };

    /// <summary>Refuses values that are of the right type and still make no sense.</summary>
    public virtual void Check()
    {
        if (TopLogprobs is < 0 or > 20)
        {
            throw WireException.BadRequest("top_logprobs must be between 0 and 20");
        }
    }
}

/// <summary>The body of <c>/api/chat</c>.</summary>
internal sealed record ChatRequest : InferenceRequest
{
    public IReadOnlyList<Message>? Messages { get; init; }
    public IReadOnlyList<Tool>? Tools { get; init; }

    [JsonIgnore]
    public override ImmutableArray<Message> Turns => [.. (Messages ?? []).OfType<Message>()];

    [JsonIgnore]
    public override ImmutableArray<ToolFunction> OfferedTools => [.. (Tools ?? []).OfType<Tool>().Select(static tool => tool.Function)];

    public override void Check()
    {
        base.Check();
        // A schema may be a mere boolean; Ollama's decoder knows only objects.
        if (OfferedTools.SelectMany(static tool => tool.Properties).FirstOrDefault(static property => property.Value is not JsonObject) is { Key: { } name })
        {
            throw WireException.BadRequest($"invalid request: the schema of the tool parameter '{name}' must be an object");
        }
    }
}

/// <summary>The body of <c>/api/generate</c>: without a prompt it only loads the model.</summary>
internal sealed record GenerateRequest : InferenceRequest
{
    public string? Prompt { get; init; }
    public string? Suffix { get; init; }
    public string? System { get; init; }
    public string? Template { get; init; }

    /// <summary>No template, and no <c>context</c> in return.</summary>
    public bool? Raw { get; init; }

    public IReadOnlyList<byte[]>? Images { get; init; }
    public IReadOnlyList<int>? Context { get; init; }

    [JsonIgnore]
    public override ImmutableArray<Message> Turns
    {
        get
        {
            Message[] system = string.IsNullOrEmpty(System) ? [] : [new Message { Role = "system", Content = System }];
            return string.IsNullOrEmpty(Prompt) ? [] : [.. system, new Message { Role = "user", Content = Prompt, Images = Images }];
        }
    }

    public override void Check()
    {
        base.Check();
        if (Raw == true && (System is { Length: > 0 } || Template is { Length: > 0 } || Context is { Count: > 0 }))
        {
            throw WireException.BadRequest("raw mode does not support template, system, or context");
        }
    }
}

/// <summary>The body of <c>/api/show</c>, <c>/api/pull</c>, <c>/api/delete</c>, and what the bodies below have in common.</summary>
internal record ModelRequest
{
    public string? Model { get; init; }

    /// <summary>What older clients send in place of <see cref="Model"/>.</summary>
    public string? Name { get; init; }

    public bool? Stream { get; init; }

    /// <summary>The model's name as it was sent; empty where it was not.</summary>
    public string Asked() => string.IsNullOrEmpty(Model) ? Name ?? "" : Model;

    /// <summary>The same as a name; 400 where it is none.</summary>
    public ModelName ParseName() => ModelName.TryParse(Asked(), out var name) ? name : throw WireException.BadRequest("invalid model name");
}

internal sealed record CreateRequest : ModelRequest
{
    public string? From { get; init; }
    public string? System { get; init; }
    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }
}

internal sealed record EmbedRequest : ModelRequest
{
    /// <summary>A string or an array of them.</summary>
    public JsonElement? Input { get; init; }

    public bool? Truncate { get; init; }
    public int? Dimensions { get; init; }
    public JsonElement? KeepAlive { get; init; }
    public IReadOnlyDictionary<string, JsonElement>? Options { get; init; }
}

internal sealed record CopyRequest(string? Source, string? Destination);
