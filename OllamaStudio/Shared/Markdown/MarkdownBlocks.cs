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
        return [.. Place(markdown, ImmutableStack<int>.Empty, isComplete, uncolored).Select(static placed => placed.Block)];
    }

    /// <summary>The same with where each block begins.</summary>
    /// <param name="markdown">The text; untrusted.</param>
    /// <param name="levels">The headings above it, as the model counts them; the lowest on top.</param>
    /// <param name="isComplete">Whether it goes no further.</param>
    /// <param name="uncolored">Takes the code that is drawn plain because it was not coloured yet; null where nobody asks.</param>
    public static ImmutableArray<PlacedBlock> Place(string markdown, ImmutableStack<int> levels, bool isComplete, ICollection<CodeText>? uncolored)
    {
        if (string.IsNullOrWhiteSpace(markdown))
        {
            return [];
        }

        try
        {
            var renderer = new BlockRenderer(Pipeline, isComplete, uncolored ?? []);
            var placed = ImmutableArray.CreateBuilder<PlacedBlock>();
            foreach (var block in Markdig.Markdown.Parse(markdown, Pipeline).Where(block => block is not LinkReferenceDefinitionGroup))
            {
                levels = Prepare(block, levels);
                placed.Add(new PlacedBlock(block.Span.Start, renderer.Render(block), levels));
            }

            return placed.DrainToImmutable();
        }
        catch (ArgumentException)
        {
            // Markdig refuses what is nested too deeply, such as a line of two hundred ">". A model that loops writes it.
            return [new PlacedBlock(0, new MarkdownBlock(MarkdownBlockKind.Text, [$"<p class=\"plain\">{WebUtility.HtmlEncode(markdown)}</p>"]), levels)];
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

    private static ImmutableStack<int> Prepare(Block block, ImmutableStack<int> levels)
    {
        // A direction for the whole of a list or a quote, where its marks and its line are. Within, each paragraph has its own.
        if (block is ListBlock or QuoteBlock)
        {
            block.GetAttributes().AddPropertyIfNotExist("dir", "auto");
        }

        foreach (var part in (block is LeafBlock leaf ? leaf.Inline?.Descendants() ?? [] : block.Descendants()).Prepend(block).ToList())
        {
            switch (part)
            {
                case HeadingBlock heading:
                    levels = Enter(heading, levels);
                    if (heading.Inline?.FirstChild is null)
                    {
                        heading.GetAttributes().AddPropertyIfNotExist("hidden", null); // its words are still to come
                    }

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

        return levels;
    }

    // Headings begin at the same level whatever the model begins with, and never leave one out.
    private static ImmutableStack<int> Enter(HeadingBlock heading, ImmutableStack<int> levels)
    {
        while (!levels.IsEmpty && levels.Peek() >= heading.Level)
        {
            levels = levels.Pop();
        }

        levels = levels.Push(heading.Level);
        heading.Level = Math.Min(FirstHeading + levels.Count() - 1, 6);
        return levels;
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
