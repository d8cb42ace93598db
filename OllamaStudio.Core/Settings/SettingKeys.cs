namespace OllamaStudio.Core.Settings;

/// <summary>
/// The keys of the settings: paths in the section <c>OllamaStudio</c> of appsettings.json and in settings.json, and, with
/// the section before them, names on the command line (<c>--OllamaStudio:Telemetry:SamplingRatio=0.5</c>).
/// </summary>
public static class SettingKeys
{
    /// <summary><see cref="OllamaSettings.Host"/>.</summary>
    public const string OllamaHost = "Ollama:Host";

    /// <summary><see cref="OllamaSettings.Model"/>.</summary>
    public const string OllamaModel = "Ollama:Model";

    /// <summary><see cref="OllamaSettings.Server"/>.</summary>
    public const string OllamaServer = "Ollama:Server";

    /// <summary><see cref="OllamaSettings.ApiKey"/>.</summary>
    public const string OllamaApiKey = "Ollama:ApiKey";

    /// <summary><see cref="TelemetrySettings.Enabled"/>.</summary>
    public const string TelemetryEnabled = "Telemetry:Enabled";

    /// <summary><see cref="TelemetrySettings.ServiceName"/>.</summary>
    public const string ServiceName = "Telemetry:ServiceName";

    /// <summary><see cref="TelemetrySettings.ProjectName"/>.</summary>
    public const string ProjectName = "Telemetry:ProjectName";

    /// <summary><see cref="TelemetrySettings.Endpoint"/>.</summary>
    public const string Endpoint = "Telemetry:Endpoint";

    /// <summary><see cref="TelemetrySettings.ApiKey"/>.</summary>
    public const string ApiKey = "Telemetry:ApiKey";

    /// <summary><see cref="TelemetrySettings.Environment"/>.</summary>
    public const string Environment = "Telemetry:Environment";

    /// <summary><see cref="TelemetrySettings.ServiceVersion"/>.</summary>
    public const string ServiceVersion = "Telemetry:ServiceVersion";

    /// <summary><see cref="TelemetrySettings.SamplingRatio"/>.</summary>
    public const string SamplingRatio = "Telemetry:SamplingRatio";

    /// <summary><see cref="TelemetrySettings.Capture"/>.</summary>
    public const string Capture = "Telemetry:Capture";

    /// <summary><see cref="TelemetrySettings.RedactionPatterns"/>.</summary>
    public const string RedactionPatterns = "Telemetry:RedactionPatterns";

    /// <summary><see cref="TelemetrySettings.ResourceAttributes"/>.</summary>
    public const string ResourceAttributes = "Telemetry:ResourceAttributes";

    /// <summary><see cref="TelemetrySettings.SpanAttributes"/>.</summary>
    public const string SpanAttributes = "Telemetry:SpanAttributes";

    /// <summary><see cref="TelemetrySettings.Headers"/>.</summary>
    public const string Headers = "Telemetry:Headers";

    /// <summary><see cref="BatchSettings.MaxQueueSize"/>.</summary>
    public const string MaxQueueSize = "Telemetry:Batch:MaxQueueSize";

    /// <summary><see cref="BatchSettings.MaxExportBatchSize"/>.</summary>
    public const string MaxExportBatchSize = "Telemetry:Batch:MaxExportBatchSize";

    /// <summary><see cref="BatchSettings.ScheduledDelayMilliseconds"/>.</summary>
    public const string ScheduledDelay = "Telemetry:Batch:ScheduledDelayMilliseconds";

    /// <summary><see cref="BatchSettings.ExportTimeoutMilliseconds"/>.</summary>
    public const string ExportTimeout = "Telemetry:Batch:ExportTimeoutMilliseconds";

    /// <summary><see cref="ChatSettings.MaxConversationHistory"/>.</summary>
    public const string MaxConversationHistory = "Chat:MaxConversationHistory";

    /// <summary><see cref="McpSettings.Servers"/>.</summary>
    public const string McpServers = "Mcp:Servers";

    /// <summary><see cref="McpSettings.ServerUrl"/>.</summary>
    public const string McpServerUrl = "Mcp:ServerUrl";

    /// <summary><see cref="HostSettings.Port"/>.</summary>
    public const string Port = "Port";

    /// <summary><see cref="HostSettings.LogLevel"/>.</summary>
    public const string LogLevel = "LogLevel";

    /// <summary><see cref="DataFolder.Path"/>.</summary>
    public const string DataFolder = "DataFolder";
}
