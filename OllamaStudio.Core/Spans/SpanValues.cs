using System.Collections.Immutable;
using System.Globalization;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Spans;

/// <summary>
/// Values of attributes as a <see cref="SpanRecord"/> keeps them: nobody can change them any more, and what belongs to an event
/// or an array is bounded. Where something was cut off, its place says how much.
/// </summary>
internal static class SpanValues
{
    /// <summary>Most events, and most links, kept of a span, the first ones; as many as OpenTelemetry's SDK keeps by default.</summary>
    public const int MaxEvents = 128;

    /// <summary>Most items kept of an array.</summary>
    public const int MaxItems = 1_000;

    /// <summary>Most characters kept of a text in an event, and of all texts in an array together.</summary>
    public const int MaxTextLength = 32_000;

    // A number, a boolean.
    private const int ScalarLength = 8;

    /// <summary>The value itself where nobody can change it, else a copy or its text.</summary>
    public static object? Freeze(object? value) => value switch
    {
        null or string or bool or int or long or double or float or short or byte or decimal => value,
        Array array => Freeze(array),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>The same for an event's attribute.</summary>
    public static object? FreezeInEvent(object? value) => Freeze(value) is string text ? Cut(text, MaxTextLength) : Freeze(value);

    /// <summary>How much memory a record's texts and arrays take, in characters of two bytes.</summary>
    public static long LengthOf(SpanRecord span)
    {
        var length = LengthOf(span.Attributes) + (span.StatusDescription?.Length ?? 0);
        foreach (var happened in span.Events)
        {
            length += happened.Name.Length + LengthOf(happened.Attributes);
        }

        foreach (var link in span.Links)
        {
            length += LengthOf(link.Attributes);
        }

        return length;
    }

    private static long LengthOf(ImmutableArray<KeyValuePair<string, object?>> attributes)
    {
        long length = 0;
        foreach (var (_, value) in attributes)
        {
            length += LengthOf(value);
        }

        return length;
    }

    private static long LengthOf(object? value) => value switch
    {
        string text => text.Length,
        string?[] texts => texts.Sum(static text => ScalarLength + (long)(text?.Length ?? 0)),
        Array array => (long)array.Length * ScalarLength,
        _ => 0,
    };

    // Arrays of numbers stay such; one that is cut becomes texts, for its last item has to say so.
    private static object Freeze(Array array)
    {
        if (array.Length <= MaxItems && LengthOf((object)array) <= MaxTextLength)
        {
            return array.Clone();
        }

        var kept = new List<string>();
        var room = MaxTextLength;
        foreach (var item in array)
        {
            if (kept.Count == MaxItems || room <= 0)
            {
                break;
            }

            var text = Cut(Convert.ToString(item, CultureInfo.InvariantCulture) ?? "", room);
            kept.Add(text);
            room -= text.Length;
        }

        if (kept.Count < array.Length)
        {
            kept.Add(string.Create(CultureInfo.InvariantCulture, $"… {array.Length - kept.Count:#,0} more, not kept"));
        }

        return kept.ToArray();
    }

    private static string Cut(string text, int length) => text.Length <= length
        ? text
        : string.Create(CultureInfo.InvariantCulture, $"{TextCut.Start(text, length)}… {text.Length - length:#,0} more characters, not kept");
}
