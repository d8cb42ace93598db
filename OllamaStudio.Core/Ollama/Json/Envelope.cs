using System.Text.Json;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>What all answers have in common: they are one object, and may carry <c>error</c>.</summary>
internal static class Envelope
{
    /// <summary>Most characters of an error that are kept: it is shown to a person and set on a span.</summary>
    private const int MaxErrorLength = 2000;

    /// <summary>Reads the value of <c>error</c> where the reader stands on its name; null for null and for an empty text.</summary>
    public static WireError? ReadError(ref Utf8JsonReader reader)
    {
        reader.Read();
        return Error(JsonElement.ParseValue(ref reader), unwrap: true);
    }

    /// <summary>The error in a whole body, <c>{"error":"…"}</c>; null where the body is no such thing.</summary>
    public static WireError? FindError(ReadOnlySpan<byte> body, out string? signInUrl)
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
            return Error(error, unwrap: true);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What a line of progress says in <c>error</c>; null for a line that is no error.</summary>
    public static WireError? FindError(JsonElement line) =>
        line.ValueKind == JsonValueKind.Object && line.TryGetProperty("error"u8, out JsonElement error) ? Error(error, unwrap: true) : null;

    /// <summary>
    /// <c>"text"</c>, <c>{"message":"text"}</c> (a proxy's), or either of them once more inside a string: an upstream's error
    /// that Ollama passes on as it came.
    /// </summary>
    private static WireError? Error(JsonElement error, bool unwrap)
    {
        string? text = error.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.False => null,
            JsonValueKind.String => error.GetString(),
            JsonValueKind.Object when error.TryGetProperty("message"u8, out JsonElement message) && message.ValueKind == JsonValueKind.String => message.GetString(),
            _ => error.GetRawText(),
        };

        if (unwrap && text is not null && text.AsSpan().TrimStart().StartsWith('{') && Unwrap(text) is { } inner)
        {
            return inner;
        }

        return string.IsNullOrWhiteSpace(text) ? null : new WireError(TextCut.Shorten(text.Trim(), MaxErrorLength))
        {
            ExceedsContext = error.Field("type"u8).Text() == "exceed_context_size_error",
            PromptTokens = Lenient.Count(error.Field("n_prompt_tokens"u8)),
            ContextLength = Lenient.Count(error.Field("n_ctx"u8)),
        };
    }

    private static WireError? Unwrap(string text)
    {
        try
        {
            JsonElement inner = WellFormed.Parse(text);
            return Error(inner.TryGetProperty("error"u8, out JsonElement error) ? error : inner, unwrap: false);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
