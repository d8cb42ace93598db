using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>Reads values of other programs' files, where anything may be absent, null or of another type.</summary>
internal static class ForeignJson
{
    /// <summary>The property of that name; an undefined element where there is none.</summary>
    public static JsonElement At(this JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    /// <summary>A text that is not empty; null for anything else.</summary>
    public static string? Text(this JsonElement json, string name) =>
        json.At(name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>The items of a list; none for anything else.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement json) => json.ValueKind is JsonValueKind.Array ? json.EnumerateArray() : [];

    /// <summary>The texts in a list.</summary>
    public static IEnumerable<string> Texts(this JsonElement json) =>
        json.Items().Where(static item => item.ValueKind is JsonValueKind.String).Select(static item => item.GetString()!);

    public static bool IsTrue(this JsonElement json, string name) => json.At(name).ValueKind is JsonValueKind.True;

    /// <summary>A count that is told, as a number; null for none, and for less than zero.</summary>
    public static long? Count(this JsonElement json, string name) =>
        json.At(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var count) && count >= 0 ? count : null;

    /// <summary>Nanoseconds, as Ollama tells them.</summary>
    public static TimeSpan? Nanoseconds(this JsonElement json, string name) => json.Count(name) is { } count ? new TimeSpan(count / TimeSpan.NanosecondsPerTick) : null;

    /// <summary>A time, UTC: ISO 8601, or a number since 1970 of seconds, or of milli-, micro- or nanoseconds where it is too large for those.</summary>
    public static DateTimeOffset? Time(this JsonElement json, string name)
    {
        var value = json.At(name);
        if (value.ValueKind is JsonValueKind.String)
        {
            return DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var told) && told.Year is >= 1970 and < 2255 ? told.ToUniversalTime() : null;
        }

        if (value.ValueKind is not JsonValueKind.Number || !value.TryGetDecimal(out var number) || number <= 0)
        {
            return null;
        }

        var divisor = number switch { < 100_000_000_000m => 1m, < 100_000_000_000_000m => 1_000m, < 100_000_000_000_000_000m => 1_000_000m, _ => 1_000_000_000m };
        var seconds = number / divisor;
        return seconds < 9_000_000_000m ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null;
    }

    /// <summary>An id of ours that is the same each time that the same thing is imported.</summary>
    public static string StableId(params ReadOnlySpan<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts!))).AsSpan(0, 16));
}
