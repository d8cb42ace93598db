using System.Net;
using System.Text;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Ollama.Transport;

/// <summary>Tells a web page from an answer, and finds its title: proxies and sign-in portals answer with pages.</summary>
internal static class WebPage
{
    private const int MaxTitleLength = 120;

    /// <summary>Whether it begins like a tag.</summary>
    public static bool LooksLikeOne(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n\uFEFF"u8).StartsWith("<"u8);

    /// <summary>The page's title in one line; null where it has none.</summary>
    public static string? Title(ReadOnlySpan<byte> body)
    {
        string text = Encoding.UTF8.GetString(body);
        int tag = text.IndexOf("<title", StringComparison.OrdinalIgnoreCase);
        int start = tag < 0 ? -1 : text.IndexOf('>', tag);
        int end = start < 0 ? -1 : text.IndexOf('<', start);
        if (end < 0)
        {
            return null;
        }

        string title = string.Join(' ', WebUtility.HtmlDecode(text[(start + 1)..end]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return title.Length == 0 ? null : TextCut.Shorten(title, MaxTitleLength);
    }
}
