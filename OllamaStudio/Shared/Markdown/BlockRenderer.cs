using Markdig;
using Markdig.Extensions.Mathematics;
using Markdig.Extensions.Tables;
using Markdig.Extensions.TaskLists;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

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
        _ => new MarkdownBlock(MarkdownBlockKind.Text, "", "", [Capture(_renderer, block)]),
    };

    /// <summary>The HTML of an object; nothing of it goes to where the renderer writes otherwise.</summary>
    public static string Capture(HtmlRenderer renderer, MarkdownObject part)
    {
        var outer = renderer.Writer;
        using var writer = new StringWriter();
        renderer.Writer = writer;
        renderer.Render(part);
        renderer.Writer = outer;
        return writer.ToString();
    }
}
