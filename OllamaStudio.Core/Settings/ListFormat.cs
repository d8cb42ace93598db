using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OllamaStudio.Core.Settings;

/// <summary>
/// A list of records. In one text, and where it is saved, JSON:
/// <code>[{ "Name": "files", "Transport": "stdio", "Command": "npx", "Arguments": ["-y", "…"] }]</code>
/// From configuration its values come flat: <c>0:Name</c>, <c>0:Arguments:1</c>, <c>0:Environment:TOKEN</c>.
/// A property that is missing has the record's default; a list with secrets is protected as a whole.
/// </summary>
public sealed class ListFormat<T> : SettingFormat<ImmutableArray<T>> where T : class, IEquatable<T>, new()
{
    private static readonly JsonNodeOptions s_nodes = new() { PropertyNameCaseInsensitive = true };
    private static readonly JsonDocumentOptions s_reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly JsonTypeInfo<T> _json;
    private readonly JsonObject _defaults;
    private readonly string _noun;

    /// <summary>A format without rules.</summary>
    /// <param name="json">The source-generated JSON of an item.</param>
    /// <param name="noun">What one of them is called: "server".</param>
    public ListFormat(JsonTypeInfo<T> json, string noun) : base(new(SettingKind.List) { Caption = noun })
    {
        ArgumentNullException.ThrowIfNull(json);
        var options = new JsonSerializerOptions(json.Options)
        {
            PropertyNameCaseInsensitive = true,
            NumberHandling = JsonNumberHandling.AllowReadingFromString,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        };
        _json = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        _noun = noun;
        _defaults = WriteItem(new());
    }

    /// <summary>Most items.</summary>
    public int Most { get; init; } = 32;

    /// <summary>What an item must have, to end the sentence "It must be a list of servers, each with …".</summary>
    public string Needs { get; init; } = "its values";

    /// <summary>What a person calls an item; empty for one without a name.</summary>
    public Func<T, string> Name { get; init; } = static _ => "";

    /// <summary>What an item's properties may be, in the order of its form.</summary>
    public ImmutableArray<ItemRule<T>> Rules { get; init; } = [];

    /// <summary>Properties that are secrets, or pairs whose values are.</summary>
    public ImmutableArray<string> Secrets { get; init; } = [];

    /// <summary>An item as it is kept: tidied, and without what its other values leave no place for.</summary>
    public Func<T, T> Tidy { get; init; } = static item => item;

    /// <summary>Adds what an item leaves to be understood; what is missing then has its default.</summary>
    public Action<JsonObject> Complete { get; init; } = static _ => { };

    /// <summary>Whether secrets that were given for the second item may go with the first, which a person made of it.</summary>
    public Func<T, T, bool> KeepsSecrets { get; init; } = static (_, _) => true;

    /// <summary>The properties of an item by name, with their types.</summary>
    public IEnumerable<JsonPropertyInfo> Properties => _json.Properties;

    internal override bool HoldsSecrets => !Secrets.IsEmpty;

    /// <summary>An item as a JSON object.</summary>
    public JsonObject WriteItem(T item) => JsonSerializer.SerializeToNode(item, _json)!.AsObject();

    /// <summary>The item that a JSON object means, tidied; flags and numbers may be texts.</summary>
    /// <exception cref="JsonException">It means none.</exception>
    public T ReadItem(JsonObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        foreach (var property in _json.Properties)
        {
            if (item.TryGetPropertyValue(property.Name, out var value))
            {
                Straighten(item, property, value);
            }
        }

        Complete(item);

        // Generated JSON would give what is missing its type's default, not the record's.
        foreach (var (name, value) in _defaults)
        {
            item.TryAdd(name, value?.DeepClone());
        }

        return Tidy(item.Deserialize(_json) ?? throw new JsonException());
    }

    internal override bool TryRead(JsonNode? json, out ImmutableArray<T> value, out string error)
    {
        (value, error) = ([], $"It must be a list of {_noun}s, each with {Needs}.");
        try
        {
            // Parsed anew in any case: an item is completed as it is read, and its names do not differ by case.
            var list = json is JsonObject flat ? Gather(flat) : JsonNode.Parse(json is null ? "[]" : json.Text() ?? json.ToJsonString(), s_nodes, s_reading);
            value = [.. ((list as JsonArray) ?? throw new JsonException()).Select(item => ReadItem(item as JsonObject ?? throw new JsonException()))];
            return true;
        }
        catch (Exception malformed) when (malformed is JsonException or ArgumentException or InvalidOperationException or FormatException)
        {
            // Its message could quote a secret.
            return false;
        }
    }

    internal override JsonNode? Write(ImmutableArray<T> value) => new JsonArray([.. value.Select(WriteItem)]);

    internal override ImmutableArray<T> Normalize(ImmutableArray<T> value) => value.IsDefaultOrEmpty ? [] : [.. value.Select(Tidy)];

    internal override bool Same(ImmutableArray<T> left, ImmutableArray<T> right) => left.AsSpan().SequenceEqual(right.AsSpan());

    internal override string? Check(ImmutableArray<T> value)
    {
        if (value.Length > Most)
        {
            return $"There may be at most {Most} {_noun}s.";
        }

        var text = string.Join(' ', CheckItems(value).Select(fault =>
            $"{TitleOf(value, fault.Index)}, {Rules.First(rule => rule.Field == fault.Field).Label}: {fault.Message}"));
        return text.Length == 0 ? null : text;
    }

    /// <summary>What is wrong with the items of a list, in the order of their forms.</summary>
    public override ImmutableArray<ItemFault> CheckItems(ImmutableArray<T> value) =>
    [
        .. value.SelectMany((item, i) => Rules.Select(rule => rule.Check(item, value[..i]) is { } message ? new ItemFault(i, rule.Field, message) : null)).OfType<ItemFault>(),
    ];

    private string TitleOf(ImmutableArray<T> items, int index) =>
        Name(items[index]) is { Length: > 0 } name ? name : $"{char.ToUpperInvariant(_noun[0])}{_noun[1..]} {index + 1}";

    /// <summary>Configuration writes flags as texts and lists as objects of numbers; and what is null is missing.</summary>
    private void Straighten(JsonObject item, JsonPropertyInfo property, JsonNode? value)
    {
        if (value is null)
        {
            item.Remove(property.Name);
        }
        else if (property.PropertyType == typeof(bool) && value.GetValueKind() is JsonValueKind.String)
        {
            item[property.Name] = bool.Parse(value.GetValue<string>());
        }
        else if (value is JsonObject list && _json.Options.GetTypeInfo(property.PropertyType).Kind is JsonTypeInfoKind.Enumerable)
        {
            item[property.Name] = new JsonArray([.. list.Items().Select(each => each?.DeepClone())]);
        }
    }

    /// <summary>Puts flat values together again. Environment variables write <c>__</c> for the colon; a name in the third place may hold either.</summary>
    private static JsonArray Gather(JsonObject children)
    {
        var items = new SortedDictionary<int, JsonObject>();
        foreach (var (path, value) in children)
        {
            var parts = path.Split(path.Contains(':', StringComparison.Ordinal) ? ":" : "__", 3);
            if (parts.Length < 2 || SettingJson.Index(parts[0]) is var index && index == int.MaxValue)
            {
                throw new JsonException();
            }

            if (!items.TryGetValue(index, out var item))
            {
                items[index] = item = new JsonObject(s_nodes);
            }

            if (parts.Length == 2)
            {
                item[parts[1]] = value?.DeepClone();
                continue;
            }

            if (item[parts[1]] is not JsonObject within)
            {
                item[parts[1]] = within = [];
            }

            within[parts[2]] = value?.DeepClone();
        }

        return new JsonArray([.. items.Values]);
    }
}

/// <summary>What one property of an item may be.</summary>
/// <param name="Field">The property's name.</param>
/// <param name="Label">What a sentence calls it: "seconds for a call".</param>
/// <param name="Check">What is wrong with it, in a sentence, or null; the second argument are the items before it.</param>
public sealed record ItemRule<T>(string Field, string Label, Func<T, IReadOnlyList<T>, string?> Check);
