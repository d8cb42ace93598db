using System.Collections.Immutable;
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
    /// <summary>Characters from which on a piece ends with its line; a longer line is cut at four times as many.</summary>
    public const int PieceLength = 500;

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
        var name = language == CodeLanguage.Unnamed ? "Code" : $"{language.Name} code";
        return new MarkdownBlock(
            MarkdownBlockKind.Code,
            name,
            $"<div class=\"code-head\"><span class=\"language\" title=\"{WebUtility.HtmlEncode(TextCut.Shorten(word, LongestTitle))}\">{WebUtility.HtmlEncode(language.Name)}</span>{Buttons}</div>",
            Colored(block, language, text) is { } html ? [html] : Plain(text));
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

    // Where the pieces end depends on what stands before alone: a text that grows changes only the last one.
    private static ImmutableArray<string> Plain(string text)
    {
        var pieces = ImmutableArray.CreateBuilder<string>(text.Length / PieceLength + 1);
        for (var start = 0; start < text.Length;)
        {
            var end = EndOfPiece(text, start);
            pieces.Add(WebUtility.HtmlEncode(text[start..end]));
            start = end;
        }

        return pieces.DrainToImmutable();
    }

    private static int EndOfPiece(string text, int start)
    {
        var most = Math.Min(start + (4 * PieceLength), text.Length);
        var enough = start + PieceLength;
        var newLine = enough < most ? text.AsSpan(enough, most - enough).IndexOf('\n') : -1;
        return newLine >= 0 ? enough + newLine + 1 : TextCut.Boundary(text, most);
    }

    private static string Icon(string name) =>
        $"<svg class=\"icon\" viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\" focusable=\"false\"><path d=\"{IconPaths.Of(name)}\" /></svg>";
}
