namespace OllamaStudio.Tests.Settings;

/// <summary>
/// The keys of the settings as people's files and command lines hold them. They stand here a second time on purpose: a key
/// that changes by accident loses what was saved under it.
/// </summary>
internal static class SettingKeys
{
    public const string OllamaHost = "Ollama:Host";
    public const string OllamaModel = "Ollama:Model";
    public const string OllamaServer = "Ollama:Server";
    public const string OllamaApiKey = "Ollama:ApiKey";
    public const string OllamaLogin = "Ollama:Login";
    public const string OllamaHeaders = "Ollama:Headers";
    public const string TelemetryEnabled = "Telemetry:Enabled";
    public const string ServiceName = "Telemetry:ServiceName";
    public const string ProjectName = "Telemetry:ProjectName";
    public const string Endpoint = "Telemetry:Endpoint";
    public const string ApiKey = "Telemetry:ApiKey";
    public const string Environment = "Telemetry:Environment";
    public const string ServiceVersion = "Telemetry:ServiceVersion";
    public const string SamplingRatio = "Telemetry:SamplingRatio";
    public const string Tail = "Telemetry:Tail:Enabled";
    public const string TailErrors = "Telemetry:Tail:KeepErrors";
    public const string TailSlowest = "Telemetry:Tail:KeepSlowest";
    public const string TailSlow = "Telemetry:Tail:SlowSeconds";
    public const string TailCost = "Telemetry:Tail:CostUsd";
    public const string TailTokens = "Telemetry:Tail:Tokens";
    public const string TailShares = "Telemetry:Tail:Shares";
    public const string TailTraces = "Telemetry:Tail:MaxTraces";
    public const string TailMegabytes = "Telemetry:Tail:MaxMegabytes";
    public const string TailSeconds = "Telemetry:Tail:MaxSeconds";
    public const string Capture = "Telemetry:Capture";
    public const string RedactionPatterns = "Telemetry:RedactionPatterns";
    public const string ResourceAttributes = "Telemetry:ResourceAttributes";
    public const string SpanAttributes = "Telemetry:SpanAttributes";
    public const string Headers = "Telemetry:Headers";
    public const string MayExport = "Telemetry:MayExport";
    public const string DestinationName = "Telemetry:Destinations:0:Name";
    public const string DestinationKind = "Telemetry:Destinations:0:Kind";
    public const string DestinationIsWholeAddress = "Telemetry:Destinations:0:IsWholeAddress";
    public const string DestinationProtocol = "Telemetry:Destinations:0:Protocol";
    public const string DestinationCompression = "Telemetry:Destinations:0:Compression";
    public const string DestinationCertificateFile = "Telemetry:Destinations:0:CertificateFile";
    public const string DestinationClientCertificateFile = "Telemetry:Destinations:0:ClientCertificateFile";
    public const string DestinationClientKeyFile = "Telemetry:Destinations:0:ClientKeyFile";
    public const string DestinationTraceLink = "Telemetry:Destinations:0:TraceLink";
    public const string MoreDestinations = "Telemetry:MoreDestinations";
    public const string OtlpEnabled = "Telemetry:OtlpDestination:Enabled";
    public const string OtlpEndpoint = "Telemetry:OtlpDestination:Endpoint";
    public const string OtlpProjectName = "Telemetry:OtlpDestination:ProjectName";
    public const string OtlpApiKey = "Telemetry:OtlpDestination:ApiKey";
    public const string OtlpHeaders = "Telemetry:OtlpDestination:Headers";
    public const string OtlpName = "Telemetry:OtlpDestination:Name";
    public const string OtlpKind = "Telemetry:OtlpDestination:Kind";
    public const string OtlpIsWholeAddress = "Telemetry:OtlpDestination:IsWholeAddress";
    public const string OtlpProtocol = "Telemetry:OtlpDestination:Protocol";
    public const string OtlpCompression = "Telemetry:OtlpDestination:Compression";
    public const string OtlpCertificateFile = "Telemetry:OtlpDestination:CertificateFile";
    public const string OtlpClientCertificateFile = "Telemetry:OtlpDestination:ClientCertificateFile";
    public const string OtlpClientKeyFile = "Telemetry:OtlpDestination:ClientKeyFile";
    public const string OtlpTraceLink = "Telemetry:OtlpDestination:TraceLink";
    public const string MaxQueueSize = "Telemetry:Batch:MaxQueueSize";
    public const string MaxQueueMegabytes = "Telemetry:Batch:MaxQueueMegabytes";
    public const string MaxSpoolMegabytes = "Telemetry:Batch:MaxSpoolMegabytes";
    public const string MaxExportBatchSize = "Telemetry:Batch:MaxExportBatchSize";
    public const string ScheduledDelay = "Telemetry:Batch:ScheduledDelayMilliseconds";
    public const string ExportTimeout = "Telemetry:Batch:ExportTimeoutMilliseconds";
    public const string SpanDays = "Storage:SpanDays";
    public const string SpanMegabytes = "Storage:SpanMegabytes";
    public const string Prices = "Prices:Models";
    public const string AlertRules = "Alerts:Rules";
    public const string AlertWebhook = "Alerts:WebhookUrl";
    public const string MetricNames = "Telemetry:MetricNames";
    public const string MaxTraces = "Storage:MaxTraces";
    public const string RollupDays = "Storage:RollupDays";
    public const string MaxConversationHistory = "Chat:MaxConversationHistory";
    public const string WhenContextIsFull = "Chat:WhenContextIsFull";
    public const string McpServers = "Mcp:Servers";
    public const string McpServerUrl = "Mcp:ServerUrl";
    public const string Port = "Port";
    public const string LogLevel = "LogLevel";
    public const string DataFolder = "DataFolder";
    public const string AccessToken = "AccessToken";
}
