using System.Text.Json;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>
/// Reads a property's value where the reader stands on its name. A value of the wrong type counts as absent: a count sent
/// as text by some proxy must not cost a person the answer it came with.
/// </summary>
internal static class Lenient
{
    /// <summary>Whether the reader stands on a property of that name. Most names are told apart by their length alone, without a call.</summary>
    public static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        (reader.ValueSpan.Length == name.Length || reader.ValueIsEscaped) && reader.ValueTextEquals(name);

    /// <summary>A string; null for anything else.</summary>
    public static string? ReadString(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        reader.Skip();
        return null;
    }

    /// <summary>The same of a string that mostly repeats.</summary>
    public static string? ReadString(ref Utf8JsonReader reader, RepeatedText known)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return known.Read(ref reader);
        }

        reader.Skip();
        return null;
    }

    /// <summary>A whole number that is not negative; null for anything else.</summary>
    public static long? ReadCount(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.TryGetInt64(out long whole) ? Count(whole) : reader.TryGetDouble(out double number) ? Count(number) : null;
        }

        reader.Skip();
        return null;
    }

    /// <summary>The same of a value that was parsed already.</summary>
    public static long? Count(JsonElement value) =>
        value.ValueKind != JsonValueKind.Number ? null
        : value.TryGetInt64(out long whole) ? Count(whole)
        : value.TryGetDouble(out double number) ? Count(number)
        : null;

    /// <summary>Nanoseconds as a duration; null for anything else.</summary>
    public static TimeSpan? ReadDuration(ref Utf8JsonReader reader) =>
        ReadCount(ref reader) is { } nanoseconds ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick) : null;

    /// <summary>A time as Go writes it, up to nine fractional digits; null for anything else.</summary>
    public static DateTimeOffset? ReadTime(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.TryGetDateTimeOffset(out DateTimeOffset time) ? time : null;
        }

        reader.Skip();
        return null;
    }

    /// <summary>True, or not.</summary>
    public static bool ReadBool(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
        return reader.TokenType == JsonTokenType.True;
    }

    /// <summary>Passes over the value.</summary>
    public static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    private static long? Count(long whole) => whole >= 0 ? whole : null;

    // 12.0 is a count; 12.5 and 1e30 are not.
    private static long? Count(double number) => number is >= 0 and <= 1L << 53 && double.IsInteger(number) ? (long)number : null;
}
