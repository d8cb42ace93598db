using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OllamaStudio.Core.Primitives;

/// <summary>
/// Texts as JSON and back without any loss, half of a surrogate pair included: <c>\ud83e</c> alone is correct JSON, but
/// System.Text.Json (10.0) writes it as U+FFFD and throws where it reads one.
/// </summary>
internal sealed class ExactText : JsonConverter<string>
{
    private static readonly JavaScriptEncoder s_encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Writes the text as a value.</summary>
    public static void Write(Utf8JsonWriter writer, string text)
    {
        var half = FindHalf(text, 0);
        if (half < 0)
        {
            writer.WriteStringValue(text);
            return;
        }

        var json = new StringBuilder("\"");
        var from = 0;
        for (; half >= 0; half = FindHalf(text, from))
        {
            json.Append(s_encoder.Encode(text[from..half])).Append(CultureInfo.InvariantCulture, $"\\u{(int)text[half]:x4}");
            from = half + 1;
        }

        writer.WriteRawValue(json.Append(s_encoder.Encode(text[from..])).Append('"').ToString(), skipInputValidation: true);
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => Write(writer, value);

    /// <inheritdoc />
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not JsonTokenType.String)
        {
            throw new JsonException($"A text is expected, not {reader.TokenType}.");
        }

        if (!reader.ValueIsEscaped)
        {
            return reader.GetString();
        }

        var raw = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
        return raw.IndexOf("\\ud"u8) < 0 && raw.IndexOf("\\uD"u8) < 0 ? reader.GetString() : Unescape(raw);
    }

    // The reader has found it to be correct: each backslash is followed by one of the nine escapes.
    private static string Unescape(ReadOnlySpan<byte> raw)
    {
        var text = new StringBuilder(raw.Length);
        while (raw.IndexOf((byte)'\\') is >= 0 and var at)
        {
            text.Append(Encoding.UTF8.GetString(raw[..at]));
            var length = 2;
            switch ((char)raw[at + 1])
            {
                case 'u':
                    text.Append((char)ushort.Parse(raw.Slice(at + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    length = 6;
                    break;
                case 'b':
                    text.Append('\b');
                    break;
                case 'f':
                    text.Append('\f');
                    break;
                case 'n':
                    text.Append('\n');
                    break;
                case 'r':
                    text.Append('\r');
                    break;
                case 't':
                    text.Append('\t');
                    break;
                case var itself:
                    text.Append(itself);
                    break;
            }

            raw = raw[(at + length)..];
        }

        return text.Append(Encoding.UTF8.GetString(raw)).ToString();
    }

    private static int FindHalf(string text, int from)
    {
        while (from < text.Length && text.AsSpan(from).IndexOfAnyInRange('\ud800', '\udfff') is >= 0 and var distance)
        {
            var at = from + distance;
            if (!char.IsHighSurrogate(text[at]) || at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]))
            {
                return at;
            }

            from = at + 2;
        }

        return -1;
    }
}
