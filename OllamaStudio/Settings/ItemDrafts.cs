using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>Makes drafts of the items of a list, and items of drafts.</summary>
public sealed class ItemDrafts<T>(ListFormat<T> list) where T : class, new()
{
    private readonly ItemDraft _untouched = Write(list.WriteItem(list.ReadItem([])));

    /// <summary>A draft in which nothing is typed yet.</summary>
    public ItemDraft New() => list.Identity is { } id ? _untouched.With(id, Guid.NewGuid().ToString("n")) : _untouched;

    /// <summary>The draft of a stored item; none of its secrets is in it.</summary>
    public ItemDraft Of(T item)
    {
        var values = list.WriteItem(item);
        foreach (var secret in list.Secrets)
        {
            values[secret] = KeptSecret.Hide(values[secret]);
        }

        return Write(values) with { Origin = list.Name(item) };
    }

    /// <summary>Whether nothing is typed yet that says what is meant: no text, no line, no pair, no number that may be missing.</summary>
    public bool IsBlank(ItemDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return draft.Origin.Length == 0 && list.Properties
            .Where(property => property.Name != list.Identity && (property.PropertyType == typeof(string) || KindOf(property) is SettingKind.Lines or SettingKind.Pairs or SettingKind.Number))
            .All(property => string.IsNullOrWhiteSpace(draft[property.Name]) || draft[property.Name] == _untouched[property.Name]);
    }

    /// <summary>The items that the drafts mean, blank ones left out, secrets that are kept taken from <paramref name="stored"/>.</summary>
    /// <param name="drafts">The drafts.</param>
    /// <param name="stored">The stored items.</param>
    /// <param name="fault">Told what cannot be read at all.</param>
    public ImmutableArray<T> Read(IEnumerable<ItemDraft> drafts, ImmutableArray<T> stored, Action<string> fault) =>
    [
        .. drafts.Where(draft => !IsBlank(draft)).Select((draft, i) => Read(draft, stored, message => fault(
            $"{(list.Name(ReadTyped(draft, static _ => { })) is { Length: > 0 } name ? name : $"Item {i + 1}")}: {message}"))),
    ];

    /// <summary>The item that the draft means, secrets that are kept taken from <paramref name="stored"/>, unless they <see cref="LeavesSecretsBehind">stay behind</see>.</summary>
    public T Read(ItemDraft draft, ImmutableArray<T> stored, Action<string> fault)
    {
        var item = ReadTyped(draft, fault);
        var source = OriginOf(draft, stored) is { } origin && list.KeepsSecrets(item, origin) ? list.WriteItem(origin) : null;
        var values = list.WriteItem(item);
        foreach (var secret in list.Secrets)
        {
            values[secret] = KeptSecret.Recall(values[secret], source?[secret]);
        }

        return list.ReadItem(values);
    }

    /// <summary>Whether secrets are stored for another item than is typed now (another address, another program): they do not go along.</summary>
    public bool LeavesSecretsBehind(ItemDraft draft, ImmutableArray<T> stored)
    {
        var item = ReadTyped(draft, static _ => { });
        return OriginOf(draft, stored) is { } origin && !list.KeepsSecrets(item, origin)
            && list.WriteItem(item) is var values && list.Secrets.Any(secret => KeptSecret.IsIn(values[secret]));
    }

    private T? OriginOf(ItemDraft draft, ImmutableArray<T> stored) =>
        draft.Origin.Length == 0 ? null : stored.FirstOrDefault(item => list.Name(item) == draft.Origin);

    private static ItemDraft Write(JsonObject values) =>
        values.Aggregate(new ItemDraft(), (draft, value) => draft.With(value.Key, FieldText.Show(value.Value)));

    /// <summary>The item as it is typed, with what is kept in it.</summary>
    private T ReadTyped(ItemDraft draft, Action<string> fault)
    {
        ArgumentNullException.ThrowIfNull(draft);
        var values = new JsonObject();
        foreach (var property in list.Properties)
        {
            var text = draft[property.Name];
            values[property.Name] = KindOf(property) switch
            {
                // What is no whole number becomes one that every rule refuses, with the sentence that names its range.
                SettingKind.Whole => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : int.MinValue,
                SettingKind.Number when text.Length > 0 => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : double.MinValue,
                SettingKind.Text or SettingKind.Number when text.Length == 0 => null,
                var kind => FieldText.Parse(text, kind, fault),
            };
        }

        return list.ReadItem(values);
    }

    private static SettingKind KindOf(JsonPropertyInfo property) =>
        property.PropertyType == typeof(int) ? SettingKind.Whole
        : property.PropertyType == typeof(double?) ? SettingKind.Number
        : property.PropertyType == typeof(ImmutableArray<string>) ? SettingKind.Lines
        : property.PropertyType == typeof(ImmutableSortedDictionary<string, string>) ? SettingKind.Pairs
        : SettingKind.Text;
}
