using System.Globalization;
using Bunit;
using OllamaStudio.Shared.Markdown;

namespace OllamaStudio.Tests.Web.Shared.Markdown;

public sealed class MarkdownViewTests : BunitContext
{
    [Fact]
    public void A_reply_of_usual_length_is_drawn_whole()
    {
        var view = Render(Paragraphs(100_000));

        Assert.Contains("Paragraph 0 ", view.Markup, StringComparison.Ordinal);
        Assert.Empty(view.FindAll("[data-testid='hidden-part']"));
    }

    [Fact]
    public void Of_a_reply_of_megabytes_beginning_and_end_are_drawn_and_what_is_left_out_is_told()
    {
        var text = Paragraphs(2_000_000) + "The very end.";
        var view = Render(text);

        Assert.Contains("Paragraph 0 ", view.Markup, StringComparison.Ordinal);
        Assert.Contains("The very end.", view.Markup, StringComparison.Ordinal);
        Assert.InRange(view.Markup.Length, 100_000, 400_000);
        Assert.Contains("of " + text.Length.ToString("N0", CultureInfo.InvariantCulture) + " characters are not drawn", view.Find("[data-testid='hidden-part']").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void More_of_it_is_drawn_on_demand_until_nothing_is_left_out()
    {
        var view = Render(Paragraphs(400_000));
        var before = view.Markup.Length;

        view.Find("[data-testid='hidden-part'] button").Click();
        Assert.True(view.Markup.Length > before);
        while (view.FindAll("[data-testid='hidden-part'] button") is [var more, ..])
        {
            more.Click();
        }

        for (var paragraph = 0; paragraph * 100 < 399_000; paragraph += 10)
        {
            Assert.Contains($"Paragraph {paragraph} ", view.Markup, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void While_it_grows_what_has_settled_is_kept_and_the_end_is_always_there()
    {
        var text = "";
        var view = Render("Begin.\n\n");
        for (var length = 50_000; length <= 500_000; length += 50_000)
        {
            text = "Begin.\n\n" + Paragraphs(length) + $"End at {length}";
            view.Render(parameters => parameters.Add(p => p.Text, text));
            Assert.Contains($"End at {length}", view.Markup, StringComparison.Ordinal);
        }

        Assert.Contains("Begin.", view.Markup, StringComparison.Ordinal);
        Assert.InRange(view.Markup.Length, 100_000, 400_000);
    }

    [Fact]
    public void Another_text_takes_the_place_of_the_first()
    {
        var view = Render(Paragraphs(300_000));

        view.Render(parameters => parameters.Add(p => p.Text, "Something else."));

        Assert.Equal("Something else.", view.Find(".markdown").TextContent.Trim());
    }

    private IRenderedComponent<MarkdownView> Render(string text) => Render<MarkdownView>(parameters => parameters.Add(p => p.Text, text));

    // A paragraph for every hundred characters.
    private static string Paragraphs(int length) =>
        string.Concat(Enumerable.Range(0, length / 100).Select(i => $"Paragraph {i} ".PadRight(98, 'x') + "\n\n"));
}
