using System.Globalization;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry.Capture;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace OllamaStudio.Core.Telemetry.Logs;

/// <summary>
/// Where the host's logging by OpenTelemetry ends: it redacts what is logged and keeps it in the <see cref="LogStore"/>. Lines of
/// level Trace are passed over, for they alone may hold content.
/// </summary>
public sealed class LogRecorder(LogStore store) : BaseProcessor<LogRecord>
{
    /// <summary>Most characters kept of a line's text.</summary>
    public const int MaxMessageLength = 8_192;

    /// <summary>Most values kept of a line, and the most characters of each are <see cref="CapturePolicy.PreviewLength"/>.</summary>
    public const int MaxValues = 32;

    // The text's own template, among the values.
    private const string Template = "{OriginalFormat}";

    // Until the settings are there: nothing of content, and the rules that always hold.
    private volatile Func<CapturePolicy> _policy = static () => new(CaptureLevel.Off, Redactor.BuiltIn, new CaptureOptions());

    /// <summary>Redacts as the settings say from now on.</summary>
    public void Use(ContentCapture capture)
    {
        ArgumentNullException.ThrowIfNull(capture);
        _policy = capture.Begin;
    }

    /// <summary>
    /// Takes each line after it was redacted, on the thread that logs, as it may leave the studio: all that the record holds is what the
    /// store has. Null for nobody.
    /// </summary>
    public Action<LogRecord>? Recorded { get; set; }

    /// <summary>A text of the log as it may be written elsewhere: without secrets, as the settings say, before there are any by the rules that always hold.</summary>
    public string Redact(string text) => _policy().Whole(text);

    /// <inheritdoc />
    public override void OnEnd(LogRecord data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.LogLevel is LogLevel.Trace)
        {
            return;
        }

        var policy = _policy();
        var values = (data.Attributes ?? []).Where(static value => value.Key != Template).Take(MaxValues);
        var line = new LogLine
        {
            Time = new DateTimeOffset(data.Timestamp, TimeSpan.Zero),
            Level = data.LogLevel,
            Category = data.CategoryName ?? "",
            EventId = data.EventId.Id,
            EventName = data.EventId.Name,
            Message = policy.Preview(data.FormattedMessage ?? data.Body ?? "", MaxMessageLength),
            Values = [.. values.Select(value => KeyValuePair.Create(value.Key, policy.Preview(Convert.ToString(value.Value, CultureInfo.InvariantCulture) ?? "")))],
            ExceptionType = data.Exception?.GetType().FullName,
            ExceptionMessage = data.Exception is { } error ? policy.ErrorText(error.Message) : null,
            TraceId = data.TraceId == default ? null : data.TraceId.ToHexString(),
            SpanId = data.SpanId == default ? null : data.SpanId.ToHexString(),
        };
        store.Add(line);
        if (Recorded is { } recorded)
        {
            Replace(data, line);
            recorded(data);
        }
    }

    // Nothing after this processor sees what was logged.
    private static void Replace(LogRecord data, LogLine line)
    {
        List<KeyValuePair<string, object?>> values = [.. line.Values.Select(static value => KeyValuePair.Create(value.Key, (object?)value.Value))];
        if (line.ExceptionType is { } type)
        {
            values.Add(new(TelemetryNames.Error.ExceptionType, type));
            values.Add(new(TelemetryNames.Error.ExceptionMessage, line.ExceptionMessage));
        }

        data.Body = data.FormattedMessage = line.Message;
        data.Attributes = values;
        data.Exception = null;
    }
}
