using System.Collections.Immutable;
using System.Globalization;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>Every field of the settings page.</summary>
internal static class FormFields
{
    public static ImmutableArray<FormFieldSpec> All { get; } =
    [
        Ollama(SettingKeys.OllamaHost, settings => settings.Host, (settings, text) => settings with { Host = text }),
        Ollama(SettingKeys.OllamaModel, settings => settings.Model, (settings, text) => settings with { Model = text }),
        Ollama(SettingKeys.OllamaServer, settings => Name(settings.Server), (settings, text) => settings with { Server = Choice<ServerChoice>(text) }),
        Ollama(SettingKeys.OllamaApiKey, settings => Secret(settings.ApiKey), (settings, text) => text == FormField.Kept ? settings : settings with { ApiKey = text }),
        new(
            SettingKeys.MaxConversationHistory,
            settings => Number(settings.Chat.MaxConversationHistory),
            (settings, text, _) => settings with { Chat = settings.Chat with { MaxConversationHistory = Whole(text) } }),

        new(
            SettingKeys.McpServers,
            settings => McpServerDrafts.Join(settings.Mcp.Servers.Select(McpServerDraft.Of)),
            (settings, text, fault) => settings with { Mcp = settings.Mcp with { Servers = McpServerDrafts.Read(text, settings.Mcp.Servers, fault) } }),
        new(
            SettingKeys.McpServerUrl,
            settings => settings.Mcp.ServerUrl ?? "",
            (settings, text, _) => settings with { Mcp = settings.Mcp with { ServerUrl = text } }),

        Telemetry(SettingKeys.TelemetryEnabled, settings => settings.Enabled ? FormField.On : FormField.Off, (settings, text) => settings with { Enabled = text == FormField.On }),
        Telemetry(SettingKeys.ServiceName, settings => settings.ServiceName, (settings, text) => settings with { ServiceName = text }),
        Telemetry(SettingKeys.ProjectName, settings => settings.ProjectName, (settings, text) => settings with { ProjectName = text }),
        Telemetry(SettingKeys.Endpoint, settings => settings.Endpoint, (settings, text) => settings with { Endpoint = text }),
        Telemetry(SettingKeys.Environment, settings => settings.Environment, (settings, text) => settings with { Environment = text }),
        Telemetry(SettingKeys.ServiceVersion, settings => settings.ServiceVersion ?? "", (settings, text) => settings with { ServiceVersion = text }),
        Telemetry(SettingKeys.ApiKey, settings => Secret(settings.ApiKey), (settings, text) => text == FormField.Kept ? settings : settings with { ApiKey = text }),
        Telemetry(SettingKeys.Capture, settings => Name(settings.Capture), (settings, text) => settings with { Capture = Choice<CaptureLevel>(text) }),
        Telemetry(
            SettingKeys.SamplingRatio,
            settings => settings.SamplingRatio.ToString(CultureInfo.InvariantCulture),
            (settings, text) => settings with { SamplingRatio = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) ? ratio : double.NaN }),
        Telemetry(
            SettingKeys.RedactionPatterns,
            settings => string.Join('\n', settings.RedactionPatterns),
            (settings, text) => settings with { RedactionPatterns = [.. text.ReplaceLineEndings("\n").Split('\n')] }),

        Pairs(SettingKeys.ResourceAttributes, settings => settings.ResourceAttributes, (settings, pairs) => settings with { ResourceAttributes = pairs }),
        Pairs(SettingKeys.SpanAttributes, settings => settings.SpanAttributes, (settings, pairs) => settings with { SpanAttributes = pairs }),
        Headers(),

        Batch(SettingKeys.MaxQueueSize, settings => settings.MaxQueueSize, (settings, number) => settings with { MaxQueueSize = number }),
        Batch(SettingKeys.MaxExportBatchSize, settings => settings.MaxExportBatchSize, (settings, number) => settings with { MaxExportBatchSize = number }),
        Batch(SettingKeys.ScheduledDelay, settings => settings.ScheduledDelayMilliseconds, (settings, number) => settings with { ScheduledDelayMilliseconds = number }),
        Batch(SettingKeys.ExportTimeout, settings => settings.ExportTimeoutMilliseconds, (settings, number) => settings with { ExportTimeoutMilliseconds = number }),
    ];

    /// <summary>A choice as the value of its option.</summary>
    public static string Name<T>(T choice) where T : struct, Enum => choice.ToString().ToLowerInvariant();

    private static T Choice<T>(string text) where T : struct, Enum => Enum.Parse<T>(text, ignoreCase: true);

    /// <summary>What the page gets of a secret: whether there is one.</summary>
    private static string Secret(string? secret) => string.IsNullOrEmpty(secret) ? "" : FormField.Kept;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What is no whole number becomes one that every rule refuses, with the sentence that names its range.</summary>
    private static int Whole(string text) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : int.MinValue;

    private static FormFieldSpec Ollama(string key, Func<OllamaSettings, string> read, Func<OllamaSettings, string, OllamaSettings> write) =>
        new(key, settings => read(settings.Ollama), (settings, text, _) => settings with { Ollama = write(settings.Ollama, text) });

    private static FormFieldSpec Telemetry(string key, Func<TelemetrySettings, string> read, Func<TelemetrySettings, string, TelemetrySettings> write) =>
        new(key, settings => read(settings.Telemetry), (settings, text, _) => settings with { Telemetry = write(settings.Telemetry, text) });

    private static FormFieldSpec Batch(string key, Func<BatchSettings, int> read, Func<BatchSettings, int, BatchSettings> write) =>
        Telemetry(key, settings => Number(read(settings.Batch)), (settings, text) => settings with { Batch = write(settings.Batch, Whole(text)) });

    private static FormFieldSpec Pairs(
        string key,
        Func<TelemetrySettings, ImmutableSortedDictionary<string, string>> read,
        Func<TelemetrySettings, ImmutableSortedDictionary<string, string>, TelemetrySettings> write) => new(
            key,
            settings => PairText.Join(read(settings.Telemetry)),
            (settings, text, fault) => settings with { Telemetry = write(settings.Telemetry, PairText.Read(text, fault)) });

    /// <summary>Values of headers may be secrets: a row that was left as it is keeps the stored value, which the page never gets.</summary>
    private static FormFieldSpec Headers() => new(
        SettingKeys.Headers,
        settings => PairText.Join(settings.Telemetry.Headers.Select(header => KeyValuePair.Create(header.Key, FormField.Kept))),
        (settings, text, fault) => settings with
        {
            Telemetry = settings.Telemetry with { Headers = PairText.Recall(PairText.Read(text, fault), settings.Telemetry.Headers) },
        });
}
