using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>Types into a destination what is known of its kind, where nothing of a person's own stands.</summary>
internal static class DestinationPreset
{
    /// <summary>What is known of the kind that is chosen.</summary>
    public static DestinationProfile ProfileOf(ItemDraft draft) => DestinationKinds.Of(new()
    {
        Kind = Enum.TryParse<DestinationKind>(draft[nameof(DestinationSettings.Kind)], out var kind) ? kind : DestinationKind.Other,
        Endpoint = draft[nameof(DestinationSettings.Endpoint)],
    });

    /// <summary>The draft after a change: where another kind was chosen, with name, address and headers of that.</summary>
    public static ItemDraft Follow(ItemDraft before, ItemDraft after)
    {
        if (before[nameof(DestinationSettings.Kind)] == after[nameof(DestinationSettings.Kind)])
        {
            return after;
        }

        var (old, next) = (ProfileOf(before), ProfileOf(after));
        var headers = PairText.Split(after[nameof(DestinationSettings.Headers)]).Where(row => row.Value.Length > 0 || !old.Headers.Contains(row.Key)).ToList();
        headers.AddRange(next.Headers.Where(name => headers.All(row => !string.Equals(row.Key, name, StringComparison.OrdinalIgnoreCase))).Select(name => KeyValuePair.Create(name, "")));
        return Replace(Replace(after, nameof(DestinationSettings.Name), old.Label, next.Kind is DestinationKind.Other ? "" : next.Label), nameof(DestinationSettings.Endpoint), old.Endpoint, next.Endpoint)
            .With(nameof(DestinationSettings.Headers), PairText.Join([.. headers]));
    }

    private static ItemDraft Replace(ItemDraft draft, string property, string? old, string? next) =>
        string.IsNullOrWhiteSpace(draft[property]) || draft[property] == old ? draft.With(property, next) : draft;
}
