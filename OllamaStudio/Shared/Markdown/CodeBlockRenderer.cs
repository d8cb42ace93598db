using System.Net;
using Markdig.Extensions.Mathematics;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Shared.Markdown;

/// <summary>
/// Code under a bar with its language and two buttons, whose work studio.js does: they need no connection. Code is coloured
/// where it is finished and its colours are known; where they are not yet, it is plain and asks for them.
/// </summary>
/// <param name="isComplete">Whether the text goes no further; a fence that is still open at its end is then finished, too.</param>
/// <param name="uncolored">Takes what is to be coloured.</param>
internal sealed class CodeBlockRenderer(bool isComplete, ICollection<CodeText> uncolored) : HtmlObjectRenderer<CodeBlock>
{
    private const int LongestTitle = 200;

    private static readonly string Buttons =
        $"<button type=\"button\" data-wrap-code aria-pressed=\"false\">{Icon("wrap")}Wrap</button>"
        + $"<button type=\"button\" data-copy-code>{Icon("copy")}<span>Copy</span><span class=\"visually-hidden\"> code</span></button>";

    /// <summary>Renders a block that stands by itself.</summary>
    public MarkdownBlock Render(CodeBlock block)
    {
        var word = (block as FencedCodeBlock)?.Info ?? "";
        var language = block is MathBlock ? CodeLanguage.Latex : CodeLanguage.Of(word);
        var text = block.Lines.ToString();
        return new MarkdownBlock(MarkdownBlockKind.Code, Colored(block, language, text) is { } html ? [html] : [.. TextPieces.Of(text).Select(static piece => WebUtility.HtmlEncode(piece))])
        {
            Name = language == CodeLanguage.Unnamed ? "Code" : $"{language.Name} code",
            Head = $"<div class=\"code-head\"><span class=\"language\" title=\"{WebUtility.HtmlEncode(TextCut.Shorten(word, LongestTitle))}\">{WebUtility.HtmlEncode(language.Name)}</span>{Buttons}</div>",
        };
    }

    protected override void Write(HtmlRenderer renderer, CodeBlock block) => renderer.Write(Render(block).ToString());

    private string? Colored(CodeBlock block, CodeLanguage language, string text)
    {
        if (language.Grammar is not { } grammar || text.Length is 0 or > CodeColors.MaxLength
            || !(isComplete || block is FencedCodeBlock { ClosingFencedCharCount: > 0 }))
        {
            return null;
        }

        var code = new CodeText(text, grammar);
        if (!CodeColors.Shared.TryGet(code, out var html))
        {
            uncolored.Add(code);
        }

        return html;
    }

    private static string Icon(string name) =>
        $"<svg class=\"icon\" viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\" focusable=\"false\"><path d=\"{IconPaths.Of(name)}\" /></svg>";
}
