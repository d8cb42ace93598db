using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Text;

namespace OllamaStudio.Shared.Markdown;

/// <summary>
/// What a person reads of a Markdown text: its words without its marks. Where one block, row or cell ends and the next begins stands
/// <see cref="Border"/>; FindBar.razor.js reads the page in the same way.
/// </summary>
public static class PlainText
{
    /// <summary>Stands between two blocks; in no text and no query.</summary>
    public const char Border = '\0';

    private static readonly FrozenSet<string> Borders = FrozenSet.Create(StringComparer.Ordinal,
        "p", "li", "ul", "ol", "blockquote", "pre", "div", "table", "thead", "tbody", "tr", "th", "td", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "br");

    /// <summary>The words of a Markdown text, in the parts in which <see cref="MarkdownView"/> draws it.</summary>
    public static ImmutableArray<string> Of(string markdown) => new GrowingPlainText().Read(markdown);

    /// <summary>The words of a part of a Markdown text.</summary>
    internal static string OfPart(string markdown) => OfHtml(string.Concat(MarkdownBlocks.Render(markdown).Select(static block => Border + block.ToString() + Border)));

    // Of our own HTML, in which no attribute has an unescaped ">".
    private static string OfHtml(string html)
    {
        var text = new StringBuilder(html.Length);
        for (var at = 0; at < html.Length;)
        {
            var open = html.IndexOf('<', at);
            if (open < 0)
            {
                open = html.Length;
            }

            text.Append(WebUtility.HtmlDecode(html[at..open]));
            if (open == html.Length)
            {
                break;
            }

            var tag = html.AsSpan(open, html.IndexOf('>', open) + 1 - open);
            at = open + tag.Length;
            var name = tag.TrimStart("</")[..tag.TrimStart("</").IndexOfAny(" />")].ToString();
            if (SkippedEnd(tag, name) is { } end)
            {
                at = html.IndexOf(end, at, StringComparison.Ordinal) + end.Length;
            }
            else if (Borders.Contains(name))
            {
                text.Append(Border);
            }
        }

        return text.ToString();
    }

    // The bar above code, with its buttons, is no text of the model's.
    private static string? SkippedEnd(ReadOnlySpan<char> tag, string name) =>
        tag.StartsWith("<div class=\"code-head\"", StringComparison.Ordinal) ? "</div>" : tag[1] != '/' && name is "button" or "svg" ? $"</{name}>" : null;
}
