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
public sealed class ListFormat<T> : SettingFormat<ImmutableArray<T>> where T : class, new()
{
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

    /// <summary>Name of the property that tells an item from the others and that nobody types; null where there is none.</summary>
    public string? Identity { get; init; }

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

    // An item's number, a property's name, and a name or number within that.
    internal override int Depth => 3;

    /// <summary>An item as a JSON object.</summary>
    public JsonObject WriteItem(T item) => JsonSerializer.SerializeToNode(item, _json)!.AsObject();

    /// <summary>The item that a JSON object means, tidied; names do not differ by case, flags and numbers may be texts, and what is null is missing.</summary>
    /// <exception cref="JsonException">It means none.</exception>
    public T ReadItem(JsonObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var values = new JsonObject();
        foreach (var (name, value) in item)
        {
            var property = _json.Properties.FirstOrDefault(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (property is not null && value is not null)
            {
                values[property.Name] = Straighten(property, value);
            }
        }

        Complete(values);

        // Generated JSON would give what is missing its type's default, not the record's.
        foreach (var (name, value) in _defaults)
        {
            values.TryAdd(name, value?.DeepClone());
        }

        return Tidy(values.Deserialize(_json) ?? throw new JsonException());
    }

    internal override bool TryRead(JsonNode? json, out ImmutableArray<T> value, out string error)
    {
        (value, error) = ([], $"It must be a list of {_noun}s, each with {Needs}.");
        try
        {
            var list = json.Text() is { } text ? JsonNode.Parse(text, documentOptions: s_reading) : json ?? new JsonArray();
            if (list is not JsonArray && (list is not JsonObject flat || flat.Any(item => SettingJson.Index(item.Key) == int.MaxValue)))
            {
                return false;
            }

            value = [.. list.Items().Select(item => ReadItem(item as JsonObject ?? throw new JsonException()))];
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
        .. from index in Enumerable.Range(0, value.Length)
           from rule in Rules
           let message = rule.Check(value[index], value[..index])
           where message is not null
           select new ItemFault(index, rule.Field, message),
    ];

    private string TitleOf(ImmutableArray<T> items, int index) =>
        Name(items[index]) is { Length: > 0 } name ? name : $"{char.ToUpperInvariant(_noun[0])}{_noun[1..]} {index + 1}";

    /// <summary>Configuration writes flags as texts and lists as objects of numbers.</summary>
    private JsonNode Straighten(JsonPropertyInfo property, JsonNode value) =>
        property.PropertyType == typeof(bool) && value.GetValueKind() is JsonValueKind.String ? bool.Parse(value.GetValue<string>())
        : value is JsonObject && _json.Options.GetTypeInfo(property.PropertyType).Kind is JsonTypeInfoKind.Enumerable
            ? new JsonArray([.. value.Items().Select(each => each?.DeepClone())])
        : value.DeepClone();
}

/// <summary>What one property of an item may be.</summary>
/// <param name="Field">The property's name.</param>
/// <param name="Label">What a sentence calls it: "seconds for a call".</param>
/// <param name="Check">What is wrong with it, in a sentence, or null; the second argument are the items before it.</param>
public sealed record ItemRule<T>(string Field, string Label, Func<T, IReadOnlyList<T>, string?> Check);
