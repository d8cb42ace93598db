using Microsoft.Extensions.Logging;

namespace OllamaStudio.Core.Settings;

/// <summary>
/// Everything a person can set, as one immutable snapshot. A change makes a new snapshot; whoever reads one keeps a
/// consistent view for as long as it holds it.
/// </summary>
public sealed record StudioSettings
{
    /// <summary>Which server answers, and with which model.</summary>
    public OllamaSettings Ollama { get; init; } = new();

    /// <summary>What is recorded of a request, and where it is sent.</summary>
    public TelemetrySettings Telemetry { get; init; } = new();

    /// <summary>How a conversation is sent to the model.</summary>
    public ChatSettings Chat { get; init; } = new();

    /// <summary>The MCP servers whose tools a model may be offered.</summary>
    public McpSettings Mcp { get; init; } = new();

    /// <summary>What models cost.</summary>
    public PriceSettings Prices { get; init; } = new();

    /// <summary>What the studio watches of its own figures.</summary>
    public AlertSettings Alerts { get; init; } = new();

    /// <summary>How long what was recorded is kept.</summary>
    public StorageSettings Storage { get; init; } = new();

    /// <summary>The least level that the studio logs of itself: debug, information, warning or error. <c>LOG_LEVEL</c>.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}
