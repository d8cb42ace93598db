using System.Collections.Immutable;
using System.Net;

namespace OllamaStudio.Shared.Markdown;

/// <summary>What a block is drawn as.</summary>
public enum MarkdownBlockKind
{
    /// <summary>A paragraph, heading, list or quote: one piece.</summary>
    Text,

    /// <summary>A block of code, in pieces of some lines; in one piece where it is coloured.</summary>
    Code,

    /// <summary>A table, a piece a row.</summary>
    Table,
}

/// <summary>
/// A block of a reply as safe HTML. Code and tables are in pieces: while they grow only the last piece is sent to the browser,
/// and what a person did to the others, such as to scroll, to mark or to wrap them, stays.
/// </summary>
/// <param name="Kind">What it is drawn as.</param>
/// <param name="Name">What a screen reader calls it, as text; empty for a text.</param>
/// <param name="Head">HTML of the bar above code, or of a table's head; empty for a text.</param>
/// <param name="Pieces">HTML of the pieces in order.</param>
public sealed record MarkdownBlock(MarkdownBlockKind Kind, string Name, string Head, ImmutableArray<string> Pieces)
{
    /// <summary>The whole block as HTML, as it stands in a list or a quote.</summary>
    public override string ToString()
    {
        var body = string.Concat(Pieces);
        return Kind switch
        {
            MarkdownBlockKind.Code =>
                $"<div class=\"code-block\">{Head}<pre tabindex=\"0\" role=\"group\" aria-label=\"{WebUtility.HtmlEncode(Name)}\" dir=\"ltr\"><code>{body}</code></pre></div>",
            MarkdownBlockKind.Table =>
                $"<div class=\"table-block\" tabindex=\"0\" role=\"group\" aria-label=\"{WebUtility.HtmlEncode(Name)}\" dir=\"auto\"><table>{Head}<tbody>{body}</tbody></table></div>",
            _ => body,
        };
    }
}
