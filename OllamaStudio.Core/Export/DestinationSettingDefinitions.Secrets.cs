using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using Pairs = System.Collections.Immutable.ImmutableSortedDictionary<string, string>;

namespace OllamaStudio.Core.Export;

/// <content>Where a destination is, and what is shown to nobody else than to it.</content>
public static partial class DestinationSettingDefinitions
{
    private static SettingDefinition<string> EndpointOf(Place at) =>
        new(at.Key("Endpoint"), "Endpoint", SettingFormats.Code, at.To.Then(
            settings => settings.Endpoint, (settings, value) => settings with { Endpoint = value }))
        {
            StoredAt = at.StoredAt(nameof(DestinationSettings.Endpoint)),
            Group = at.Group,
            Help = "Where it takes OTLP. Over HTTP (usually port 4318; Phoenix: 6006) /v1/traces is added unless the address ends in it; gRPC is usually at port 4317.",
            Meaning = at.Meaning("full OTLP/HTTP traces URL"),
            Variables = [.. at.OfPhoenix("PHOENIX_ENDPOINT"), new SettingVariable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT").Where(at.IsOtlps), OpenTelemetryVariables.BaseEndpoint.Where(at.IsOtlps), .. at.IsFirst ? [] : OpenTelemetryVariables.EndpointsOfOthers],
            Rule = at.IsFirst ? Endpoint : static value => value.Length == 0 ? null : Endpoint(value),
            TestId = at.IsFirst ? "setting-endpoint" : "destination-endpoint",
        };

    private static SettingDefinition<string?> ApiKey(Place at, SettingDefinition endpoint) =>
        new(at.Key("ApiKey"), "API key", SettingFormats.OptionalText, at.To.Then(
            settings => settings.ApiKey, (settings, value) => settings with { ApiKey = value }))
        {
            StoredAt = at.StoredAt(nameof(DestinationSettings.ApiKey)),
            Group = at.Group,
            Help = "Sent as a bearer token.",
            Meaning = at.Meaning("sent as `authorization: Bearer …`"),
            Variables = [.. at.OfPhoenix("PHOENIX_API_KEY")],
            Rule = SettingRules.ApiKey,
            IsSecret = true,
            Server = endpoint,
            TestId = at.IsFirst ? "setting-api-key" : null,
        };

    private static SettingDefinition<Pairs> Headers(Place at, SettingDefinition endpoint) =>
        new(at.Key("Headers"), "Headers for the endpoint", SettingFormats.Pairs("header"), at.To.Then(
            settings => settings.Headers, (settings, value) => settings with { Headers = value }))
        {
            StoredAt = at.StoredAt(nameof(DestinationSettings.Headers)),
            Group = at.Group,
            IsAdvanced = true,
            Help = "Sent with every export. Values are stored encrypted and never shown again.",
            Variables = at.OfExporter("HEADERS"),
            Rule = SettingRules.Headers,
            IsSecret = true,
            Server = endpoint,
        };
}
