using System.Collections.Frozen;
using System.Collections.Immutable;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Settings;

/// <summary>Every setting, once: its key, its label, the variables that fix it in their order, its form and its rule.</summary>
internal static class SettingCatalog
{
    /// <summary>All settings of <see cref="StudioSettings"/>, in the order of the page.</summary>
    public static ImmutableArray<SettingDefinition> All { get; } =
    [
        Ollama(new(SettingKeys.OllamaHost, "Ollama server", SettingFormats.Text)
        {
            Variables = [new("OLLAMA_HOST")],
            Rule = OllamaHost,
        }, settings => settings.Host, (settings, value) => settings with { Host = value }),

        Ollama(new(SettingKeys.OllamaModel, "Model", SettingFormats.Text)
        {
            Variables = [new("OLLAMA_MODEL")],
            Rule = SettingRules.Name,
        }, settings => settings.Model, (settings, value) => settings with { Model = value }),

        Ollama(new(SettingKeys.OllamaServer, "Which server answers", SettingFormats.Choice<ServerChoice>())
        {
            Rule = SettingRules.Defined,
        }, settings => settings.Server, (settings, value) => settings with { Server = value }),

        Ollama(new(SettingKeys.OllamaApiKey, "Ollama API key", SettingFormats.OptionalText)
        {
            Variables = [new("OLLAMA_API_KEY")],
            Rule = SettingRules.ApiKey,
        }, settings => settings.ApiKey, (settings, value) => settings with { ApiKey = value }, secret: true),

        Chat(new(SettingKeys.MaxConversationHistory, "Messages of history", SettingFormats.Whole)
        {
            Variables = [new("MAX_CONVERSATION_HISTORY")],
            Rule = SettingRules.Between(1, 10_000),
        }, settings => settings.MaxConversationHistory, (settings, value) => settings with { MaxConversationHistory = value }),

        // Headers and variables of theirs are secrets, and so the list is one as a whole.
        Mcp(new(SettingKeys.McpServers, "Servers", SettingFormats.McpServers)
        {
            Rule = McpServerRules.All,
        }, settings => settings.Servers, (settings, value) => settings with { Servers = value }, secret: true),

        Mcp(new(SettingKeys.McpServerUrl, "Server at an address", SettingFormats.OptionalText)
        {
            Variables = [new("MCP_SERVER_URL")],
            Rule = McpServerRules.OptionalUrl,
        }, settings => settings.ServerUrl, (settings, value) => settings with { ServerUrl = value }),

        Telemetry(new(SettingKeys.TelemetryEnabled, "Export", SettingFormats.Flag)
        {
            Variables = [OpenTelemetryVariables.Disabled],
        }, settings => settings.Enabled, (settings, value) => settings with { Enabled = value }),

        Telemetry(new(SettingKeys.ServiceName, "Service name", SettingFormats.Text)
        {
            Variables = [new("OTEL_SERVICE_NAME"), OpenTelemetryVariables.InResource(ResourceNames.ServiceName)],
            Rule = SettingRules.Name,
        }, settings => settings.ServiceName, (settings, value) => settings with { ServiceName = value }),

        Telemetry(new(SettingKeys.ProjectName, "Phoenix project", SettingFormats.Text)
        {
            Variables =
            [
                new("PHOENIX_PROJECT_NAME"),
                OpenTelemetryVariables.InResource(ResourceNames.OpenInferenceProjectName, ResourceNames.PhoenixProjectName),
            ],
            Rule = SettingRules.Name,
        }, settings => settings.ProjectName, (settings, value) => settings with { ProjectName = value }),

        Telemetry(new(SettingKeys.Endpoint, "Endpoint", SettingFormats.Text)
        {
            Variables = [new("PHOENIX_ENDPOINT"), new("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), OpenTelemetryVariables.BaseEndpoint],
            Rule = SettingRules.Endpoint,
        }, settings => settings.Endpoint, (settings, value) => settings with { Endpoint = value }),

        Telemetry(new(SettingKeys.ApiKey, "API key", SettingFormats.OptionalText)
        {
            Variables = [new("PHOENIX_API_KEY")],
            Rule = SettingRules.ApiKey,
        }, settings => settings.ApiKey, (settings, value) => settings with { ApiKey = value }, secret: true),

        Telemetry(new(SettingKeys.Headers, "Headers", SettingFormats.Pairs)
        {
            Variables = [new("OTEL_EXPORTER_OTLP_TRACES_HEADERS"), new("OTEL_EXPORTER_OTLP_HEADERS")],
            Rule = SettingRules.Headers,
        }, settings => settings.Headers, (settings, value) => settings with { Headers = value }, secret: true),

        Telemetry(new(SettingKeys.Environment, "Environment", SettingFormats.Text)
        {
            Variables =
            [
                new("ENVIRONMENT"),
                OpenTelemetryVariables.InResource(ResourceNames.DeploymentEnvironmentName, ResourceNames.DeploymentEnvironment),
            ],
            Rule = SettingRules.Name,
        }, settings => settings.Environment, (settings, value) => settings with { Environment = value }),

        Telemetry(new(SettingKeys.ServiceVersion, "Version", SettingFormats.OptionalText)
        {
            Variables = [new("SERVICE_VERSION"), OpenTelemetryVariables.InResource(ResourceNames.ServiceVersion)!],
            Rule = SettingRules.OptionalName,
        }, settings => settings.ServiceVersion, (settings, value) => settings with { ServiceVersion = value }),

        Telemetry(new(SettingKeys.ResourceAttributes, "Resource attributes", SettingFormats.Pairs)
        {
            Variables = [OpenTelemetryVariables.ResourceAttributes],
            Rule = SettingRules.Attributes,
        }, settings => settings.ResourceAttributes, (settings, value) => settings with { ResourceAttributes = value }),

        Telemetry(new(SettingKeys.Capture, "Message content", SettingFormats.Choice<CaptureLevel>())
        {
            Variables = [OpenTelemetryVariables.CaptureContent],
            Rule = SettingRules.Defined,
        }, settings => settings.Capture, (settings, value) => settings with { Capture = value }),

        Telemetry(new(SettingKeys.SamplingRatio, "Sampling ratio", SettingFormats.Number)
        {
            Variables = [OpenTelemetryVariables.Sampler],
            Rule = SettingRules.Ratio,
        }, settings => settings.SamplingRatio, (settings, value) => settings with { SamplingRatio = value }),

        Telemetry(new(SettingKeys.RedactionPatterns, "Redaction patterns", SettingFormats.List)
        {
            Rule = SettingRules.Patterns,
        }, settings => settings.RedactionPatterns, (settings, value) => settings with { RedactionPatterns = value }),

        Telemetry(new(SettingKeys.SpanAttributes, "Span attributes", SettingFormats.Pairs)
        {
            Rule = SettingRules.Attributes,
        }, settings => settings.SpanAttributes, (settings, value) => settings with { SpanAttributes = value }),

        Batch(new(SettingKeys.MaxQueueSize, "Queue", SettingFormats.Whole)
        {
            Variables = [new("OTEL_BSP_MAX_QUEUE_SIZE")],
            Rule = SettingRules.Between(1, 1_000_000),
        }, settings => settings.MaxQueueSize, (settings, value) => settings with { MaxQueueSize = value }),

        Batch(new(SettingKeys.MaxExportBatchSize, "Batch", SettingFormats.Whole)
        {
            Variables = [new("OTEL_BSP_MAX_EXPORT_BATCH_SIZE")],
            Rule = SettingRules.Between(1, 1_000_000),
        }, settings => settings.MaxExportBatchSize, (settings, value) => settings with { MaxExportBatchSize = value }),

        Batch(new(SettingKeys.ScheduledDelay, "Interval", SettingFormats.Whole)
        {
            Variables = [new("OTEL_BSP_SCHEDULE_DELAY")],
            Rule = SettingRules.Between(50, 600_000),
        }, settings => settings.ScheduledDelayMilliseconds, (settings, value) => settings with { ScheduledDelayMilliseconds = value }),

        Batch(new(SettingKeys.ExportTimeout, "Time limit", SettingFormats.Whole)
        {
            Variables = [OpenTelemetryVariables.ExportTimeout],
            Rule = SettingRules.Between(100, 600_000),
        }, settings => settings.ExportTimeoutMilliseconds, (settings, value) => settings with { ExportTimeoutMilliseconds = value }),
    ];

    private static readonly FrozenDictionary<string, SettingDefinition> s_byKey = All.ToFrozenDictionary(setting => setting.Key, StringComparer.Ordinal);

    /// <summary>The setting of that key.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static SettingDefinition Get(string key) =>
        s_byKey.TryGetValue(key, out var setting) ? setting : throw new ArgumentException($"There is no setting {key}.", nameof(key));

    private static string? OllamaHost(string host) =>
        host.Length == 0 ? "It must not be empty; Ollama on this machine is http://localhost:11434."
        : OllamaEndpoint.TryParse(host, out _, out var error) ? null
        : error;

    private static SettingDefinition<T> Ollama<T>(
        SettingSpec<T> spec, Func<OllamaSettings, T> get, Func<OllamaSettings, T, OllamaSettings> set, bool secret = false) =>
        new(spec, settings => get(settings.Ollama), (settings, value) => settings with { Ollama = set(settings.Ollama, value) })
        {
            IsSecret = secret,
        };

    private static SettingDefinition<T> Chat<T>(SettingSpec<T> spec, Func<ChatSettings, T> get, Func<ChatSettings, T, ChatSettings> set) =>
        new(spec, settings => get(settings.Chat), (settings, value) => settings with { Chat = set(settings.Chat, value) });

    private static SettingDefinition<T> Mcp<T>(
        SettingSpec<T> spec, Func<McpSettings, T> get, Func<McpSettings, T, McpSettings> set, bool secret = false) =>
        new(spec, settings => get(settings.Mcp), (settings, value) => settings with { Mcp = set(settings.Mcp, value) })
        {
            IsSecret = secret,
        };

    private static SettingDefinition<T> Telemetry<T>(
        SettingSpec<T> spec, Func<TelemetrySettings, T> get, Func<TelemetrySettings, T, TelemetrySettings> set, bool secret = false) =>
        new(spec, settings => get(settings.Telemetry), (settings, value) => settings with { Telemetry = set(settings.Telemetry, value) })
        {
            IsSecret = secret,
        };

    private static SettingDefinition<T> Batch<T>(SettingSpec<T> spec, Func<BatchSettings, T> get, Func<BatchSettings, T, BatchSettings> set) =>
        Telemetry(spec, settings => get(settings.Batch), (settings, value) => settings with { Batch = set(settings.Batch, value) });
}
