using System.Text.Json;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>What all answers have in common: they are one object, and may carry <c>error</c>.</summary>
internal static class Envelope
{
    /// <summary>Most characters of an error that are kept: it is shown to a person and set on a span.</summary>
    private const int MaxErrorLength = 2000;

    /// <summary>Moves onto the object's start.</summary>
    public static void Open(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("Not a JSON object.");
        }
    }

    /// <summary>Makes sure that nothing follows the object.</summary>
    public static void Close(ref Utf8JsonReader reader)
    {
        if (reader.Read())
        {
            throw new JsonException("Something follows the JSON object.");
        }
    }

    /// <summary>Reads the value of <c>error</c> where the reader stands on its name; null for null and for an empty text.</summary>
    public static string? ReadError(ref Utf8JsonReader reader)
    {
        reader.Read();
        return Text(JsonElement.ParseValue(ref reader), unwrap: true);
    }

    /// <summary>The error's text in a whole body, <c>{"error":"…"}</c>; null where the body is no such thing.</summary>
    public static string? FindError(ReadOnlySpan<byte> body, out string? signInUrl)
    {
        signInUrl = null;
        try
        {
            var reader = new Utf8JsonReader(WellFormed.Of(body));
            JsonElement root = JsonElement.ParseValue(ref reader);
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("error"u8, out JsonElement error))
            {
                return null;
            }

            signInUrl = root.TryGetProperty("signin_url"u8, out JsonElement url) && url.ValueKind == JsonValueKind.String ? url.GetString() : null;
            return Text(error, unwrap: true);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// <c>"text"</c>, <c>{"message":"text"}</c> (a proxy's), or either of them once more inside a string: an upstream's error
    /// that Ollama passes on as it came.
    /// </summary>
    private static string? Text(JsonElement error, bool unwrap)
    {
        string? text = error.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.False => null,
            JsonValueKind.String => error.GetString(),
            JsonValueKind.Object when error.TryGetProperty("message"u8, out JsonElement message) && message.ValueKind == JsonValueKind.String => message.GetString(),
            _ => error.GetRawText(),
        };

        if (unwrap && text is not null && text.AsSpan().TrimStart().StartsWith('{'))
        {
            text = Unwrap(text) ?? text;
        }

        return string.IsNullOrWhiteSpace(text) ? null : TextCut.Shorten(text.Trim(), MaxErrorLength);
    }

    private static string? Unwrap(string text)
    {
        try
        {
            JsonElement inner = WellFormed.Parse(text);
            return Text(inner.TryGetProperty("error"u8, out JsonElement error) ? error : inner, unwrap: false);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
