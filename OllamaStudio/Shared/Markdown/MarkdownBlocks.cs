using System.Collections.Immutable;
using System.Net;
using Markdig;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace OllamaStudio.Shared.Markdown;

/// <summary>
/// Turns a model's Markdown into safe HTML, one string a top-level block: while a reply grows only its last block changes,
/// so only that one is sent to the browser. Raw HTML is shown as text, links lead only to http, https and mailto, and
/// images are links until they are clicked: a picture's address can carry what was said to whoever serves it.
/// </summary>
public static class MarkdownBlocks
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml()
        .UsePipeTables()
        .UseTaskLists()
        .UseEmphasisExtras()
        .UseAutoLinks()
        .Build();

    /// <summary>The blocks of a text in order; empty for a blank text.</summary>
    public static ImmutableArray<string> Render(string markdown)
    {
        if (string.IsNullOrWhiteSpace(markdown))
        {
            return [];
        }

        try
        {
            var document = Markdig.Markdown.Parse(markdown, Pipeline);
            Disarm(document);
            return [.. document.Where(block => block is not LinkReferenceDefinitionGroup).Select(RenderBlock)];
        }
        catch (ArgumentException)
        {
            // Markdig refuses what is nested too deeply, such as a line of two hundred ">". A model that loops writes it.
            return [$"<p class=\"plain\">{WebUtility.HtmlEncode(markdown)}</p>"];
        }
    }

    private static string RenderBlock(Block block)
    {
        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.Replace<CodeBlockRenderer>(new CopyableCodeRenderer());
        renderer.Render(block);
        return writer.ToString();
    }

    private static void Disarm(MarkdownDocument document)
    {
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            if (!IsAllowed(link.GetDynamicUrl?.Invoke() ?? link.Url))
            {
                ReplaceByItsText(link);
                continue;
            }

            if (link.IsImage)
            {
                link.IsImage = false;
                link.InsertBefore(new LiteralInline("🖼 "));
                if (link.FirstChild is null)
                {
                    link.AppendChild(new LiteralInline("image"));
                }
            }

            Guard(link);
        }

        foreach (var link in document.Descendants<AutolinkInline>().ToList())
        {
            if (link.IsEmail || IsAllowed(link.Url))
            {
                Guard(link);
            }
            else
            {
                link.ReplaceBy(new LiteralInline(link.Url));
            }
        }
    }

    private static void ReplaceByItsText(LinkInline link)
    {
        while (link.FirstChild is { } child)
        {
            child.Remove();
            link.InsertBefore(child);
        }

        link.Remove();
    }

    private static void Guard(MarkdownObject link)
    {
        var attributes = link.GetAttributes();
        attributes.AddPropertyIfNotExist("target", "_blank");
        attributes.AddPropertyIfNotExist("rel", "noopener noreferrer nofollow");
    }

    private static bool IsAllowed(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "mailto";
}
