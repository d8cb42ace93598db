using System.Collections.Immutable;
using System.Text;
using Markdig;
using Markdig.Extensions.Mathematics;
using Markdig.Extensions.Tables;
using Markdig.Extensions.TaskLists;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace OllamaStudio.Shared.Markdown;

/// <summary>Renders the blocks of one text, one after the other, to HTML.</summary>
internal sealed class BlockRenderer
{
    private readonly HtmlRenderer _renderer = new(TextWriter.Null);
    private readonly CodeBlockRenderer _code;

    /// <summary>Creates one for a text.</summary>
    /// <param name="pipeline">What the text was parsed with.</param>
    /// <param name="isComplete">Whether the text goes no further.</param>
    /// <param name="uncolored">Takes the code that is to be coloured.</param>
    public BlockRenderer(MarkdownPipeline pipeline, bool isComplete, ICollection<CodeText> uncolored)
    {
        _code = new CodeBlockRenderer(isComplete, uncolored);
        pipeline.Setup(_renderer);
        _renderer.ObjectRenderers.ReplaceOrAdd<HtmlMathBlockRenderer>(_code); // before the one for code, which would take it
        _renderer.ObjectRenderers.Replace<Markdig.Renderers.Html.CodeBlockRenderer>(_code);
        _renderer.ObjectRenderers.Replace<HtmlTableRenderer>(new TableRenderer());
        _renderer.ObjectRenderers.Replace<HtmlTaskListRenderer>(new TaskBoxRenderer());
        _renderer.ObjectRenderers.Replace<HtmlMathInlineRenderer>(new FormulaRenderer());
    }

    /// <summary>Renders a block that stands by itself.</summary>
    public MarkdownBlock Render(Block block) => block switch
    {
        CodeBlock code => _code.Render(code),
        Table table => TableRenderer.Render(_renderer, table),
        ParagraphBlock { Inline: { } inlines } => new MarkdownBlock(MarkdownBlockKind.Paragraph, Words(inlines)),
        ListBlock list => Render(list),
        _ => new MarkdownBlock(MarkdownBlockKind.Text, [Capture(_renderer, isInline: false, () => _renderer.Render(block)).Trim('\n')]),
    };

    /// <summary>What that writes with the renderer; nothing of it goes to where the renderer writes otherwise.</summary>
    /// <param name="renderer">The renderer.</param>
    /// <param name="isInline">Whether paragraphs are written without an element of their own.</param>
    /// <param name="write">Writes with it.</param>
    public static string Capture(HtmlRenderer renderer, bool isInline, Action write)
    {
        var (outer, wasInline) = (renderer.Writer, renderer.ImplicitParagraph);
        using var writer = new StringWriter();
        (renderer.Writer, renderer.ImplicitParagraph) = (writer, isInline);
        write();
        (renderer.Writer, renderer.ImplicitParagraph) = (outer, wasInline);
        return writer.ToString();
    }

    private MarkdownBlock Render(ListBlock list) => new(
        list.IsOrdered ? MarkdownBlockKind.NumberedList : MarkdownBlockKind.BulletList,
        [.. list.OfType<ListItemBlock>().Select(item => Capture(_renderer, isInline: !list.IsLoose, () =>
        {
            _renderer.Write("<li").WriteAttributes(item).Write('>');
            _renderer.WriteChildren(item);
            _renderer.Write("</li>");
        }))])
    {
        Start = list.OrderedStart is null or "1" ? null : list.OrderedStart,
    };

    // Short pieces of a line go together, such as "a", "<b>b</b>", ", c".
    private ImmutableArray<string> Words(ContainerInline inlines)
    {
        var pieces = ImmutableArray.CreateBuilder<string>();
        var piece = new StringBuilder();
        foreach (var part in inlines.SelectMany(PartsOf))
        {
            piece.Append(part);
            if (piece.Length >= TextPieces.Length)
            {
                pieces.Add(piece.ToString());
                piece.Clear();
            }
        }

        return piece.Length > 0 ? [.. pieces, piece.ToString()] : pieces.DrainToImmutable();
    }

    // All of it through the renderer: at a line's end it asks itself whether it wrote something since the last one.
    private IEnumerable<string> PartsOf(Inline inline) => inline is LiteralInline literal
        ? TextPieces.Of(literal.Content.ToString()).Select(piece => Capture(_renderer, isInline: true, () => _renderer.WriteEscape(piece)))
        : [Capture(_renderer, isInline: true, () => _renderer.Render(inline))];
}
