using System.Collections.Immutable;
using System.Text.Json;

namespace OllamaStudio.Settings;

/// <summary>
/// An item of a list as it is being typed: every value a text, lines and pairs too (see <see cref="FieldText"/>), and secrets
/// that are stored kept under <see cref="FormField.Kept"/>.
/// </summary>
public sealed record ItemDraft
{
    /// <summary>Name of the stored item that this is a change of, whose secrets are kept; empty for a new one.</summary>
    public string Origin { get; init; } = "";

    /// <summary>What is typed, by the names of the item's properties; those without a text are not in it.</summary>
    public ImmutableSortedDictionary<string, string> Texts { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What is typed for that property.</summary>
    public string this[string property] => Texts.GetValueOrDefault(property, "");

    /// <summary>The draft with that text for a property.</summary>
    public ItemDraft With(string property, string? text) =>
        this with { Texts = string.IsNullOrEmpty(text) ? Texts.Remove(property) : Texts.SetItem(property, text) };

    /// <summary>Drafts as one text, so that a list is compared and kept like any other field.</summary>
    public static string Join(IEnumerable<ItemDraft> drafts) => JsonSerializer.Serialize(drafts);

    /// <summary>The drafts of a text that <see cref="Join"/> made.</summary>
    public static ImmutableArray<ItemDraft> Split(string text) =>
        string.IsNullOrEmpty(text) ? [] : JsonSerializer.Deserialize<ImmutableArray<ItemDraft>>(text);

    /// <inheritdoc/>
    public bool Equals(ItemDraft? other) => other is not null && Origin == other.Origin && Texts.SequenceEqual(other.Texts);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Origin, Texts.Count);
}
