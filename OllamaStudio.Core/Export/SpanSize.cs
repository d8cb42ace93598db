using System.Diagnostics;
using System.Globalization;
using System.Text;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Export;

/// <summary>
/// How large a span is in OTLP: an estimate that is never too low. Texts count with their UTF-8 bytes, everything else with
/// more than its field can take, so that a request cut by it fits.
/// </summary>
internal static class SpanSize
{
    /// <summary>
    /// Most bytes of one span. The exporter (OpenTelemetry 1.20.1) doubles its buffer up to 64 MiB and then gives the whole
    /// batch up: measured, a request of 67,107,968 bytes goes out, one of 65 MiB does not. The rest is for the resource.
    /// </summary>
    public const long MaxBytes = 63 * 1024 * 1024;

    /// <summary>Characters that are left of a text in a span whose content is cut: as many as a preview has.</summary>
    public const int CutLength = 1000;

    // Ids, times, kind, status, and the lengths around them.
    private const int SpanOverhead = 160;

    // Tag and length (up to five bytes) of the pair, its key, its value, and the text within the value.
    private const int PairOverhead = 24;

    private const string Property = "OllamaStudio.size";

    /// <summary>The size in bytes. Measured once: what is changed on an ended span later does not count.</summary>
    public static long Of(Activity span)
    {
        if (span.GetCustomProperty(Property) is long known)
        {
            return known;
        }

        var size = Measure(span);
        span.SetCustomProperty(Property, size);
        return size;
    }

    /// <summary>Cuts the texts of a span that is larger than <see cref="MaxBytes"/>, and marks it. Before anybody else has the span.</summary>
    public static void Limit(Activity span)
    {
        var size = Of(span);
        if (size <= MaxBytes)
        {
            return;
        }

        foreach (var (key, value) in span.TagObjects.ToArray())
        {
            if (value is string text)
            {
                span.SetTag(key, Cut(text));
            }
        }

        span.SetTag(TelemetryNames.Studio.ContentCut, size - Measure(span));
        span.SetCustomProperty(Property, Measure(span));
    }

    /// <summary>The text itself, or its beginning; cut once more it stays as it is.</summary>
    public static string Cut(string text) => text.Length <= CutLength + 1 ? text : TextCut.Shorten(text, CutLength);

    private static long Measure(Activity span)
    {
        var size = SpanOverhead + Bytes(span.DisplayName) + Bytes(span.StatusDescription) + Bytes(span.TraceStateString);
        foreach (ref readonly var tag in span.EnumerateTagObjects())
        {
            size += Bytes(tag);
        }

        foreach (ref readonly var happened in span.EnumerateEvents())
        {
            size += SpanOverhead + Bytes(happened.Name);
            foreach (ref readonly var tag in happened.EnumerateTagObjects())
            {
                size += Bytes(tag);
            }
        }

        return size;
    }

    private static long Bytes(KeyValuePair<string, object?> tag) => PairOverhead + Bytes(tag.Key) + tag.Value switch
    {
        null => 0,
        string text => Bytes(text),
        bool or byte or short or int or long or float or double => 16,
        string?[] texts => texts.Sum(text => PairOverhead + Bytes(text)),
        Array array => array.Length * (long)PairOverhead,
        { } other => Bytes(Convert.ToString(other, CultureInfo.InvariantCulture)),
    };

    private static long Bytes(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);
}
