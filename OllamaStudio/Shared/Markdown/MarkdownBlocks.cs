using System.Collections.Immutable;
using System.Net;
using Markdig;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace OllamaStudio.Shared.Markdown;

/// <summary>
/// Turns a model's Markdown into safe HTML, block by block: while a reply grows only its last block changes, so only that one
/// is sent to the browser. Raw HTML is shown as text, links lead only to http, https and mailto, and images are links until
/// they are clicked: a picture's address can carry what was said to whoever serves it.
/// </summary>
internal static class MarkdownBlocks
{
    // The page has the first level, and a reply the second.
    private const int FirstHeading = 3;

    private static readonly MarkdownPipeline Pipeline = Build();

    /// <summary>The blocks of a text in order; empty for a blank text.</summary>
    /// <param name="markdown">The text; untrusted.</param>
    /// <param name="isComplete">Whether it goes no further.</param>
    /// <param name="uncolored">Takes the code that is drawn plain because it was not coloured yet; null where nobody asks.</param>
    public static ImmutableArray<MarkdownBlock> Render(string markdown, bool isComplete = true, ICollection<CodeText>? uncolored = null)
    {
        if (string.IsNullOrWhiteSpace(markdown))
        {
            return [];
        }

        try
        {
            var document = Markdig.Markdown.Parse(markdown, Pipeline);
            Prepare(document);
            var renderer = new BlockRenderer(Pipeline, isComplete, uncolored ?? []);
            return [.. document.Where(block => block is not LinkReferenceDefinitionGroup).Select(renderer.Render)];
        }
        catch (ArgumentException)
        {
            // Markdig refuses what is nested too deeply, such as a line of two hundred ">". A model that loops writes it.
            return [new MarkdownBlock(MarkdownBlockKind.Text, "", "", [$"<p class=\"plain\">{WebUtility.HtmlEncode(markdown)}</p>"])];
        }
    }

    private static MarkdownPipeline Build()
    {
        var builder = new MarkdownPipelineBuilder()
            .DisableHtml()
            .UsePipeTables()
            .UseTaskLists()
            .UseEmphasisExtras()
            .UseAutoLinks()
            .UseMathematics();
        builder.InlineParsers.Insert(0, new BackslashFormulaParser());
        builder.BlockParsers.Insert(0, new BackslashFormulaBlockParser());
        return builder.Build();
    }

    private static void Prepare(MarkdownDocument document)
    {
        // A direction for the whole of a list or a quote, where its marks and its line are. Within, each paragraph has its own.
        foreach (var block in document.Where(block => block is ListBlock or QuoteBlock))
        {
            block.GetAttributes().AddPropertyIfNotExist("dir", "auto");
        }

        var levels = new Stack<int>();
        foreach (var part in document.Descendants().ToList())
        {
            switch (part)
            {
                case HeadingBlock heading:
                    heading.Level = LevelOf(heading, levels);
                    break;
                case CodeInline code:
                    code.GetAttributes().AddPropertyIfNotExist("dir", "ltr");
                    break;
                case LinkInline link:
                    Disarm(link);
                    break;
                case AutolinkInline link:
                    Disarm(link);
                    break;
            }
        }
    }

    // Headings begin at the same level whatever the model begins with, and never leave one out.
    private static int LevelOf(HeadingBlock heading, Stack<int> levels)
    {
        while (levels.TryPeek(out var above) && above >= heading.Level)
        {
            levels.Pop();
        }

        levels.Push(heading.Level);
        return Math.Min(FirstHeading + levels.Count - 1, 6);
    }

    private static void Disarm(LinkInline link)
    {
        if (!IsAllowed(link.GetDynamicUrl?.Invoke() ?? link.Url))
        {
            ReplaceByItsText(link);
            return;
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

    private static void Disarm(AutolinkInline link)
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
