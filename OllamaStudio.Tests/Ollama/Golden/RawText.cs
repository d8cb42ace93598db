using System.Text;

namespace OllamaStudio.Tests.Ollama.Golden;

/// <summary>Text in which single bytes may stand that are no text: those of broken UTF-8.</summary>
internal static class RawText
{
    /// <summary>Where the bytes stand among the characters: the private use area, which nothing else here uses.</summary>
    private const char FirstByte = '\uE000';

    public static string Of(params byte[] bytes) => string.Concat(bytes.Select(one => (char)(FirstByte + one)));

    public static List<byte> Bytes(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (int i = 0; i < text.Length;)
        {
            if (text[i] is >= FirstByte and <= (char)(FirstByte + byte.MaxValue))
            {
                bytes.Add((byte)(text[i++] - FirstByte));
            }
            else
            {
                int length = char.IsHighSurrogate(text[i]) ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(i, length)));
                i += length;
            }
        }

        return bytes;
    }
}
