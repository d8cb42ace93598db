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

    /// <summary>
    /// The draft after a change: where another kind was chosen, with name, address, headers and signals of that; where another protocol was, with
    /// the port that is usual for it.
    /// </summary>
    public static ItemDraft Follow(ItemDraft before, ItemDraft after)
    {
        var isOfKind = before[nameof(DestinationSettings.Kind)] == after[nameof(DestinationSettings.Kind)];
        if (isOfKind && before[nameof(DestinationSettings.Protocol)] == after[nameof(DestinationSettings.Protocol)])
        {
            return after;
        }

        var (old, next) = (ProfileOf(before), ProfileOf(after));
        after = Replace(after, nameof(DestinationSettings.Endpoint), EndpointOf(old, before), EndpointOf(next, after));
        if (isOfKind)
        {
            return after;
        }

        var headers = PairText.Split(after[nameof(DestinationSettings.Headers)]).Where(row => row.Value.Length > 0 || !old.Headers.Contains(row.Key)).ToList();
        headers.AddRange(next.Headers.Where(name => headers.All(row => !string.Equals(row.Key, name, StringComparison.OrdinalIgnoreCase))).Select(name => KeyValuePair.Create(name, "")));
        after = Replace(after, nameof(DestinationSettings.Metrics), Flag(old.TakesAll), Flag(next.TakesAll));
        after = Replace(after, nameof(DestinationSettings.Logs), Flag(old.TakesAll), Flag(next.TakesAll));
        return Replace(after, nameof(DestinationSettings.Name), old.Label, next.Kind is DestinationKind.Other ? "" : next.Label)
            .With(nameof(DestinationSettings.Headers), PairText.Join([.. headers]));
    }

    private static string Flag(bool isOn) => isOn ? "true" : "false";

    // OTLP's usual ports: 4318 for HTTP, 4317 for gRPC.
    private static string? EndpointOf(DestinationProfile profile, ItemDraft draft) =>
        draft[nameof(DestinationSettings.Protocol)] == nameof(DestinationProtocol.Grpc) ? profile.Endpoint?.Replace(":4318", ":4317", StringComparison.Ordinal) : profile.Endpoint;

    private static ItemDraft Replace(ItemDraft draft, string property, string? old, string? next) =>
        string.IsNullOrWhiteSpace(draft[property]) || draft[property] == old ? draft.With(property, next) : draft;
}
