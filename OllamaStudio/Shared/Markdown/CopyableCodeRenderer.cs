using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

namespace OllamaStudio.Shared.Markdown;

/// <summary>Code blocks with their language and a copy button; the button's work is done by studio.js.</summary>
internal sealed class CopyableCodeRenderer : HtmlObjectRenderer<CodeBlock>
{
    protected override void Write(HtmlRenderer renderer, CodeBlock block)
    {
        var language = block is FencedCodeBlock { Info: { Length: > 0 } info } ? info : "text";
        renderer.Write("<div class=\"code-block\"><div class=\"code-head\"><span>");
        renderer.WriteEscape(language);
        renderer.Write("</span><button type=\"button\" class=\"btn ghost small\" data-copy-code aria-label=\"Copy code\"></button></div><pre tabindex=\"0\"><code>");
        renderer.WriteLeafRawLines(block, writeEndOfLines: true, escape: true);
        renderer.Write("</code></pre></div>");
    }
}
