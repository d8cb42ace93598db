using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OllamaStudio.Simulator.Wire;

/// <summary>
/// Writes strings as Go's encoder does: text beyond ASCII as it is, four-byte characters included (no encoder of .NET's
/// leaves those alone), but <c>&lt;</c>, <c>&gt;</c> and <c>&amp;</c> escaped.
/// </summary>
internal sealed class GoStringConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteRawValue(Quote(value), skipInputValidation: true);

    private static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        // Enumerating runes turns a lone surrogate into U+FFFD, as Go does.
        foreach (var rune in value.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '"' or '\\':
                    text.Append('\\').Append((char)rune.Value);
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case < 0x20 or '<' or '>' or '&' or 0x2028 or 0x2029:
                    text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
                    break;
                default:
                    text.Append(rune.ToString());
                    break;
            }
        }

        return text.Append('"').ToString();
    }
}
