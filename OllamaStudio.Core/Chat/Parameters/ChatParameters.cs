using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;

namespace OllamaStudio.Core.Chat.Parameters;

/// <summary>
/// What is set of the parameters of model calls; all else is the server's own. Kept as JSON under Ollama's names
/// (<c>{"num_ctx":8192,"temperature":0.2,"stop":["END"]}</c>), the system prompt as <c>system</c>. What another version of the studio
/// wrote and this one does not know, or cannot use, stays as it is and is never sent. Immutable.
/// </summary>
public sealed class ChatParameters : IEquatable<ChatParameters>
{
    private const string PresetName = "preset";

    /// <summary>Name of <see cref="ServersOwn"/> where sets are kept.</summary>
    public const string ServersOwnName = "servers_own";

    /// <summary>Name of <see cref="ToolsOff"/> where sets are kept.</summary>
    public const string ToolsOffName = "tools_off";

    /// <summary>Stands for an empty <see cref="ToolsOff"/> where sets are kept. No tool's id: each has a slash.</summary>
    public const string NoToolsOff = "none";

    // The token itself is mostly one of them.
    private const int AskedTopLogprobs = ReplyLogprobs.MostOthers + 1;

    // By name; each a JSON text.
    private readonly ImmutableSortedDictionary<string, string> _values;

    private ChatParameters(ImmutableSortedDictionary<string, string> values) => _values = values;

    /// <summary>Nothing is set.</summary>
    public static ChatParameters None { get; } = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>Those that are set, in the order of <see cref="ChatParameter.All"/>.</summary>
    public IEnumerable<ChatParameter> Set => ChatParameter.All.Where(parameter => TextOf(parameter) is not null);

    /// <summary>Those that are left to the server here whatever the person's default for the model says, under <c>servers_own</c>; in the order of <see cref="ChatParameter.All"/>.</summary>
    public IEnumerable<ChatParameter> ServersOwn => Strings(ServersOwnName) is { } names ? ChatParameter.All.Where(parameter => names.Contains(parameter.Name)) : [];

    /// <summary>Ids of the tools that are switched off, under <c>tools_off</c>; none of them is, where it is empty. Null where nothing is said of tools.</summary>
    public ImmutableHashSet<string>? ToolsOff => Strings(ToolsOffName);

    /// <summary>Whether there is anything that a set of them keeps.</summary>
    public bool HasAny => Set.Any() || ServersOwn.Any() || ToolsOff is not null;

    /// <summary>Whether nothing is set, nor kept for another version.</summary>
    public bool IsEmpty => _values.IsEmpty;

    /// <summary>What the model is told first, variables not filled in; null for nothing.</summary>
    public string? SystemPrompt => TextOf(ChatParameter.System);

    /// <summary>The system prompt as it stands, sent or not; null for none.</summary>
    internal string? StoredSystemPrompt => _values.TryGetValue(ChatParameter.System.Name, out var json) ? ChatParameter.System.Show(JsonNode.Parse(json)) : null;

    /// <summary>The context window, in tokens; null for the server's own.</summary>
    public int? NumCtx => (int?)Number(ChatParameter.NumCtx);

    /// <summary>The window that the next call has, in tokens: as it is set, but no more than the model was made for, which is all that Ollama gives it; else the server’s own, null where unknown.</summary>
    public int? WindowOf(ServerStatus server, string model) =>
        NumCtx is { } set ? Math.Min(set, server.Find(model)?.ContextLength ?? int.MaxValue) : server.OwnWindowOf(model);

    /// <summary>The preset that these were chosen by, under <c>preset</c>; they may have been changed since. Null for none.</summary>
    public string? Preset => _values.TryGetValue(PresetName, out var json) && JsonNode.Parse(json) is JsonValue name && name.TryGetValue<string>(out var text) ? text : null;

    /// <summary>Reads what <see cref="ToJson"/> wrote; what is no JSON object is nothing.</summary>
    public static ChatParameters Read(string? json)
    {
        try
        {
            return json is null ? None : Read(JsonNode.Parse(json) as JsonObject);
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            return None; // doubled names are an ArgumentException
        }
    }

    /// <summary>Those of a JSON object.</summary>
    public static ChatParameters Read(JsonObject? json) =>
        json is null ? None : new(None._values.AddRange(json.Where(static value => value.Value is not null).Select(static value => KeyValuePair.Create(value.Key, value.Value!.ToJsonString()))));

    /// <summary>Those of texts as a person types them, by their names; what makes no sense is not among them.</summary>
    public static ChatParameters OfTexts(IReadOnlyDictionary<string, string> texts) => ChatParameter.All.Aggregate(None, (set, parameter) =>
        Lines(texts, ServersOwnName).Contains(parameter.Name) ? set.WithServersOwn(parameter, isServers: true)
        : texts.TryGetValue(parameter.Name, out var text) && parameter.TryRead(text, out var value, out _) ? set.With(parameter, value)
        : set).WithToolsOff(Lines(texts, ToolsOffName) is { Length: > 0 } tools ? [.. tools.Where(static id => id != NoToolsOff)] : null);

    /// <summary>Those that are set as a person would type them, by their names; with what is left to the server and which tools are off, a line each, where there is any.</summary>
    public ImmutableSortedDictionary<string, string> ToTexts()
    {
        var texts = Set.ToImmutableSortedDictionary(static parameter => parameter.Name, parameter => TextOf(parameter)!, StringComparer.Ordinal);
        texts = ServersOwn.Any() ? texts.Add(ServersOwnName, string.Join('\n', ServersOwn.Select(static parameter => parameter.Name))) : texts;
        return ToolsOff is { } tools ? texts.Add(ToolsOffName, tools.IsEmpty ? NoToolsOff : string.Join('\n', tools.Order(StringComparer.Ordinal))) : texts;
    }

    /// <summary>All of it as a JSON object; null for nothing.</summary>
    public string? ToJson() => IsEmpty ? null : ToObject().ToJsonString();

    /// <summary>All of it as a JSON object.</summary>
    public JsonObject ToObject() => new(_values.Select(static value => KeyValuePair.Create(value.Key, JsonNode.Parse(value.Value))));

    /// <summary>What is set of one, as a person would type it; null where it is not, or makes no sense.</summary>
    public string? TextOf(ChatParameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return _values.TryGetValue(parameter.Name, out var json) && parameter.Show(JsonNode.Parse(json)) is { } text && parameter.TryRead(text, out var value, out _) && value is not null
            ? text
            : null;
    }

    /// <summary>The same with one of them set; with null it is not any more.</summary>
    public ChatParameters With(ChatParameter parameter, JsonNode? value)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return value is null ? new(_values.Remove(parameter.Name)) : new(WithServersOwn(parameter, isServers: false)._values.SetItem(parameter.Name, value.ToJsonString()));
    }

    /// <summary>The same with one of them left to the server, or, where nothing is set here, to the person's default again.</summary>
    public ChatParameters WithServersOwn(ChatParameter parameter, bool isServers)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        var names = ServersOwn.Where(other => other != parameter).Concat(isServers ? [parameter] : []).Select(static other => (JsonNode?)JsonValue.Create(other.Name)).ToArray();
        var values = isServers ? _values.Remove(parameter.Name) : _values;
        return new(names.Length == 0 ? values.Remove(ServersOwnName) : values.SetItem(ServersOwnName, new JsonArray(names).ToJsonString()));
    }

    /// <summary>The same with these tools switched off and no others; with null nothing is said of tools.</summary>
    public ChatParameters WithToolsOff(ImmutableHashSet<string>? ids) => new(ids is null
        ? _values.Remove(ToolsOffName)
        : _values.SetItem(ToolsOffName, new JsonArray([.. ids.Order(StringComparer.Ordinal).Select(static id => (JsonNode?)JsonValue.Create(id))]).ToJsonString()));

    /// <summary>
    /// The tools that are off in a conversation: those that were switched off there one by one, whatever else is chosen, and those of which these, else the
    /// model's default, say so.
    /// </summary>
    /// <param name="there">Ids of the tools that were switched off there.</param>
    /// <param name="defaults">The model's default.</param>
    public ImmutableHashSet<string> ToolsOffIn(ImmutableHashSet<string> there, ChatParameters defaults)
    {
        ArgumentNullException.ThrowIfNull(there);
        ArgumentNullException.ThrowIfNull(defaults);
        return there.Union(ToolsOff ?? defaults.ToolsOff ?? []);
    }

    /// <summary>The same with what a preset sets, and nothing else of what is known here.</summary>
    public ChatParameters Chosen(string preset, ChatParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return new(Cleared()._values.SetItems(parameters._values).SetItem(PresetName, JsonValue.Create(preset).ToJsonString()));
    }

    /// <summary>The same without what is known here; what another version keeps is kept.</summary>
    public ChatParameters Cleared() => new(_values.RemoveRange(ChatParameter.All.Select(static parameter => parameter.Name)).Remove(PresetName).Remove(ServersOwnName).Remove(ToolsOffName));

    /// <summary>These, and where they say nothing, those, but for what is left to the server.</summary>
    public ChatParameters Over(ChatParameters defaults)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        return new(defaults._values.RemoveRange(ServersOwn.Select(static parameter => parameter.Name)).SetItems(_values.Where(value => !ChatParameter.All.Any(known => known.Name == value.Key && TextOf(known) is null))));
    }

    /// <summary>The same without those whose values are these: what is left says all that is to be another.</summary>
    /// <param name="values">By Ollama's names, as a person would type them.</param>
    public ChatParameters Without(IReadOnlyDictionary<string, string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new(_values.RemoveRange(Set.Where(parameter => values.TryGetValue(parameter.Name, out var text) && parameter.TryRead(text, out var value, out _)
            && value?.ToJsonString() == Value(parameter)?.ToJsonString()).Select(static parameter => parameter.Name)));
    }

    /// <summary>The ones whose values differ from those of others.</summary>
    public IEnumerable<ChatParameter> DifferingFrom(ChatParameters others)
    {
        ArgumentNullException.ThrowIfNull(others);
        return ChatParameter.All.Where(parameter => TextOf(parameter) != others.TextOf(parameter));
    }

    /// <summary>The system prompt as it is sent before all other messages, variables filled in; none where there is none.</summary>
    /// <param name="model">The model that is asked.</param>
    /// <param name="now">The date of its variables, in the person's own time.</param>
    public IEnumerable<ChatMessage> ToMessages(string model, DateTimeOffset now) =>
        SystemPrompt is { } system ? [new ChatMessage(ChatRole.System, PromptVariables.Fill(system, model, now))] : [];

    /// <summary>The options that say what else is set, and nothing more.</summary>
    /// <param name="model">The model that is asked.</param>
    public ChatOptions ToOptions(string model)
    {
        var options = new ChatOptions
        {
            ModelId = model,
            Temperature = (float?)Number(ChatParameter.Temperature),
            TopP = (float?)Number(ChatParameter.TopP),
            TopK = (int?)Number(ChatParameter.TopK),
            Seed = (long?)Number(ChatParameter.Seed),
            MaxOutputTokens = (int?)Number(ChatParameter.NumPredict),
            StopSequences = Value(ChatParameter.Stop)?.AsArray().Select(static stop => stop!.GetValue<string>()).ToList(),
            ResponseFormat = Value(ChatParameter.Format) switch
            {
                null => null,
                JsonObject schema => ChatResponseFormat.ForJsonSchema(JsonElement.Parse(schema.ToJsonString())),
                _ => ChatResponseFormat.Json,
            },
        };
        Add(OllamaRequestProperties.NumCtx, NumCtx);
        Add(OllamaRequestProperties.MinP, (double?)Number(ChatParameter.MinP));
        Add(OllamaRequestProperties.RepeatPenalty, (double?)Number(ChatParameter.RepeatPenalty));
        Add(OllamaRequestProperties.Think, TextOf(ChatParameter.Think));
        Add(OllamaRequestProperties.KeepAlive, TextOf(ChatParameter.KeepAlive));
        if (TextOf(ChatParameter.Logprobs) is "true")
        {
            Add(OllamaRequestProperties.Logprobs, true);
            Add(OllamaRequestProperties.TopLogprobs, AskedTopLogprobs);
        }

        return options;

        void Add(string name, object? value)
        {
            if (value is not null)
            {
                (options.AdditionalProperties ??= [])[name] = value;
            }
        }
    }

    /// <inheritdoc />
    public bool Equals(ChatParameters? other) => other is not null && _values.SequenceEqual(other._values);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ChatParameters);

    /// <inheritdoc />
    public override int GetHashCode() => _values.Aggregate(0, static (hash, value) => HashCode.Combine(hash, value.Key, value.Value));

    private ImmutableHashSet<string>? Strings(string name) => _values.TryGetValue(name, out var json) && JsonNode.Parse(json) is JsonArray texts
        ? [.. texts.Select(static text => text is JsonValue value && value.TryGetValue<string>(out var plain) ? plain : null).OfType<string>()]
        : null;

    private static string[] Lines(IReadOnlyDictionary<string, string> texts, string name) =>
        texts.TryGetValue(name, out var lines) ? lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];

    private JsonNode? Value(ChatParameter parameter) => TextOf(parameter) is { } text && parameter.TryRead(text, out var value, out _) ? value : null;

    // Each was checked to be within the range of its type.
    private decimal? Number(ChatParameter parameter) => TextOf(parameter) is { } text ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : null;
}
