using System.Text.Json.Serialization;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Export;

/// <summary>Which signals a destination gets, and what it has apart for metrics and logs.</summary>
public static partial class DestinationSettingDefinitions
{
    private static readonly SettingFormat<SignalSettings> s_apart = SettingFormats.Record(SignalJson.Default.SignalSettings);

    /// <summary>Keys of <see cref="DestinationSettings.Traces"/>, <see cref="DestinationSettings.Metrics"/> and <see cref="DestinationSettings.Logs"/> of a destination that variables may make.</summary>
    /// <param name="id">The destination's id.</param>
    public static IEnumerable<string> SignalKeys(string id) =>
        Enum.GetNames<TelemetrySignal>().Select(name => (id == DestinationSettings.FirstId ? FirstPrefix : OtlpPrefix) + name);

    private static IEnumerable<SettingDefinition> SignalsOf(Place at) =>
    [
        Signal(at, TelemetrySignal.Traces, "The spans of every turn, as sampling keeps them.", settings => settings.Traces, (settings, value) => settings with { Traces = value }),
        Signal(at, TelemetrySignal.Metrics, "What /metrics shows, pushed. Each push is sent once: what is not taken is lost, and the next one says how things stand then.", settings => settings.Metrics, (settings, value) => settings with { Metrics = value }),
        Signal(at, TelemetrySignal.Logs, "What the studio logs of itself, redacted. Lines are sent once and do not wait on disk: what is not taken is lost there, and stays in the studio's own log.", settings => settings.Logs, (settings, value) => settings with { Logs = value }),
        Apart(at, TelemetrySignal.Metrics, settings => settings.MetricsApart, (settings, value) => settings with { MetricsApart = value }),
        Apart(at, TelemetrySignal.Logs, settings => settings.LogsApart, (settings, value) => settings with { LogsApart = value }),
    ];

    private static SettingDefinition<bool> Signal(Place at, TelemetrySignal signal, string help, Func<DestinationSettings, bool> get, Func<DestinationSettings, bool, DestinationSettings> set) =>
        new(at.Prefix + signal, signal.ToString(), SettingFormats.Flag($"Send {signal.ToString().ToLowerInvariant()}"), at.To.Then(get, set))
        {
            Group = at.Group,
            Help = help,
            Variables = [.. OpenTelemetryVariables.ChoicesOf(signal).Select(variable => variable.Where(at.IsOtlps))],
            TestId = $"destination-{signal.ToString().ToLowerInvariant()}",
        };

    // The page has no place for it: what a variable does not say is as for traces.
    private static SettingDefinition<SignalSettings> Apart(
        Place at, TelemetrySignal signal, Func<DestinationSettings, SignalSettings> get, Func<DestinationSettings, SignalSettings, DestinationSettings> set) =>
        new($"{at.Prefix}{signal}Apart", $"{signal}, where they differ", s_apart, at.To.Then(get, set))
        {
            IsSecret = true,
            Variables = [OpenTelemetryVariables.Apart(signal).Where(at.IsOtlps)],
            Rule = Fault,
        };

    private static string? Fault(SignalSettings apart) =>
        (apart.Endpoint is { } endpoint ? Endpoint(endpoint) : null)
        ?? (apart.Headers is { } headers ? SettingRules.Headers(headers) : null)
        ?? (apart.TimeoutMilliseconds is < 100 or > 600_000 ? "The timeout must be from 100 to 600,000 milliseconds." : null)
        ?? PemFile(apart.CertificateFile) ?? PemFile(apart.ClientCertificateFile) ?? PemFile(apart.ClientKeyFile);

    [JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowReadingFromString, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(SignalSettings))]
    private sealed partial class SignalJson : JsonSerializerContext;
}
