using Markdig.Extensions.Mathematics;
using Markdig.Renderers;
using Markdig.Renderers.Html;

namespace OllamaStudio.Shared.Markdown;

/// <summary>A formula within a text, as LaTeX: source that can be read and copied.</summary>
internal sealed class FormulaRenderer : HtmlObjectRenderer<MathInline>
{
    protected override void Write(HtmlRenderer renderer, MathInline formula)
    {
        // A formula of backslashes has its delimiters in its content.
        var delimiter = formula.Delimiter == '$' ? new string('$', formula.DelimiterCount) : "";
        renderer.Write("<code class=\"formula\" dir=\"ltr\">");
        renderer.WriteEscape(delimiter);
        renderer.WriteEscape(ref formula.Content);
        renderer.WriteEscape(delimiter);
        renderer.Write("</code>");
    }
}
