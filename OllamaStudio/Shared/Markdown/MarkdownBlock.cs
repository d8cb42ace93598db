using System.Collections.Immutable;
using System.Net;

namespace OllamaStudio.Shared.Markdown;

/// <summary>What a block is drawn as.</summary>
public enum MarkdownBlockKind
{
    /// <summary>A heading, a quote, a line: one piece.</summary>
    Text,

    /// <summary>A paragraph, in pieces of some words.</summary>
    Paragraph,

    /// <summary>A list with bullets, a piece an item.</summary>
    BulletList,

    /// <summary>A list with numbers, a piece an item.</summary>
    NumberedList,

    /// <summary>A block of code, in pieces that end at a blank or a line's end (<see cref="TextPieces"/>); in one piece where it is coloured.</summary>
    Code,

    /// <summary>A table, a piece a row.</summary>
    Table,
}

/// <summary>
/// A block of a reply as safe HTML, in pieces: while it grows only the last piece is sent to the browser, and what a person did
/// to the others, such as to scroll, to mark or to wrap them, stays.
/// </summary>
/// <param name="Kind">What it is drawn as.</param>
/// <param name="Pieces">HTML of the pieces in order.</param>
public sealed record MarkdownBlock(MarkdownBlockKind Kind, ImmutableArray<string> Pieces)
{
    /// <summary>What a screen reader calls code or a table, as text; empty for others.</summary>
    public string Name { get; init; } = "";

    /// <summary>HTML of the bar above code, or of a table's head; empty for others.</summary>
    public string Head { get; init; } = "";

    /// <summary>Number of a list's first item, where it is not 1.</summary>
    public string? Start { get; init; }

    /// <summary>The whole block as HTML, as it stands in a list or a quote.</summary>
    public override string ToString()
    {
        var body = string.Concat(Pieces);
        return Kind switch
        {
            MarkdownBlockKind.Paragraph => $"<p>{body}</p>",
            MarkdownBlockKind.BulletList => $"<ul dir=\"auto\">{body}</ul>",
            MarkdownBlockKind.NumberedList => $"<ol{(Start is null ? "" : $" start=\"{Start}\"")} dir=\"auto\">{body}</ol>",
            MarkdownBlockKind.Code =>
                $"<div class=\"code-block\">{Head}<pre tabindex=\"0\" role=\"group\" aria-label=\"{WebUtility.HtmlEncode(Name)}\" dir=\"ltr\"><code>{body}</code></pre></div>",
            MarkdownBlockKind.Table =>
                $"<div class=\"table-block\" tabindex=\"0\" role=\"group\" aria-label=\"{WebUtility.HtmlEncode(Name)}\" dir=\"auto\"><table>{Head}<tbody>{body}</tbody></table></div>",
            _ => body,
        };
    }
}

/// <summary>A block at its place in a text.</summary>
/// <param name="Start">Its first character.</param>
/// <param name="Block">The block.</param>
/// <param name="Levels">The headings that what follows it stands under, as the model counts them; the lowest on top.</param>
internal sealed record PlacedBlock(int Start, MarkdownBlock Block, ImmutableStack<int> Levels);
