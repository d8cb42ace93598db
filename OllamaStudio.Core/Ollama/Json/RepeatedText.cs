using System.Text.Json;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>
/// A text that nearly every line repeats, such as the model's name: kept as it is written, so that a line with the same bytes costs neither
/// decoding nor a copy. Shared by all streams; losing a race costs one copy.
/// </summary>
internal sealed class RepeatedText(string first)
{
    /// <summary>Longer ones are not kept.</summary>
    private const int MaxBytes = 256;

    private volatile Known _known = new(JsonEncodedText.Encode(first).EncodedUtf8Bytes.ToArray(), first);

    /// <summary>The text that the reader stands on.</summary>
    public string Read(ref Utf8JsonReader reader)
    {
        Known known = _known;
        if (reader.ValueSpan.SequenceEqual(known.Raw))
        {
            return known.Text;
        }

        string text = reader.GetString()!;
        if (reader.ValueSpan.Length <= MaxBytes)
        {
            _known = new Known(reader.ValueSpan.ToArray(), text);
        }

        return text;
    }

    private sealed record Known(byte[] Raw, string Text);
}
