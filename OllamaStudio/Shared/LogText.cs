using System.Globalization;
using OllamaStudio.Core.Telemetry.Logs;

namespace OllamaStudio.Shared;

/// <summary>The words of a line of the log.</summary>
public static class LogText
{
    /// <summary>What a level is called.</summary>
    public static string Of(LogLevel level) => level is LogLevel.Information ? "Info" : level.ToString();

    /// <summary>The same for a style: <c>info</c>.</summary>
    public static string ClassOf(LogLevel level) => Of(level).ToLowerInvariant();

    /// <summary>The category's last part: a type's name without its namespace.</summary>
    public static string ShortCategory(LogLine line) => line.Category[(line.Category.LastIndexOf('.') + 1)..];

    /// <summary>When it was logged, by the clock on the wall.</summary>
    public static string TimeOf(LogLine line, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(line.Time, zone).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>The log's page, of one trace or of one span.</summary>
    public static string AddressOf(string traceId, string? spanId = null) => $"telemetry/logs?trace={traceId}" + (spanId is null ? "" : $"&span={spanId}");
}
