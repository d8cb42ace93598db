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
        Assert.Contains("of " + text.Length.ToString("N0", CultureInfo.InvariantCulture) + " characters are not shown", view.Find("[data-testid='hidden-part']").TextContent, StringComparison.Ordinal);
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

    [Fact]
    public async Task Code_is_colored_when_its_fence_ends()
    {
        var code = Unseen();
        var view = Render<MarkdownView>(parameters => parameters.Add(p => p.Text, "```cs\n" + code).Add(p => p.IsGrowing, true));
        await SettleAsync();
        Assert.Empty(view.FindAll("code span"));

        view.Render(parameters => parameters.Add(p => p.Text, $"```cs\n{code}\n```\n\nAnd"));

        view.WaitForAssertion(() => Assert.Equal("return", view.Find("code .k").TextContent));
        Assert.Equal(code, view.Find("code").TextContent);
    }

    [Fact]
    public async Task Code_without_an_end_is_colored_when_the_reply_is_complete()
    {
        var view = Render<MarkdownView>(parameters => parameters.Add(p => p.Text, "```cs\n" + Unseen()).Add(p => p.IsGrowing, true));
        await SettleAsync();
        Assert.Empty(view.FindAll("code span"));

        view.Render(parameters => parameters.Add(p => p.IsGrowing, false));

        view.WaitForAssertion(() => Assert.NotEmpty(view.FindAll("code .k")));
    }

    [Fact]
    public void Code_in_a_list_is_colored_too()
    {
        var view = Render($"- look:\n\n  ```cs\n  {Unseen()}\n  ```");

        view.WaitForAssertion(() => Assert.NotEmpty(view.FindAll("li code .k")));
    }

    [Theory]
    [InlineData("go")]
    [InlineData("bash")]
    [InlineData("yaml")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task Code_of_a_language_without_a_grammar_stays_plain(string language)
    {
        var view = Render($"```{language}\n{Unseen()}\n```");
        await SettleAsync();

        Assert.NotEmpty(view.FindAll("code"));
        Assert.Empty(view.FindAll("code span"));
    }

    [Fact]
    public async Task Code_of_more_than_twenty_kilobytes_stays_plain()
    {
        var view = Render($"```cs\n{new string(' ', CodeColors.MaxLength)}{Unseen()}\n```");
        await SettleAsync();

        Assert.Empty(view.FindAll("code span"));
    }

    [Fact]
    public void While_a_reply_goes_on_no_code_above_is_colored_again()
    {
        var text = $"```cs\n{Unseen()}\n```\n\n";
        var view = Render<MarkdownView>(parameters => parameters.Add(p => p.Text, text).Add(p => p.IsGrowing, true));
        view.WaitForAssertion(() => Assert.NotEmpty(view.FindAll("code .k")));

        for (var word = 0; word < 200; word++)
        {
            text += $"word {word} ";
            view.Render(parameters => parameters.Add(p => p.Text, text));
            Assert.NotEmpty(view.FindAll("code .k"));
        }
    }

    [Fact]
    public async Task A_text_that_is_made_to_keep_the_colors_busy_is_drawn_and_soon_left_alone()
    {
        const int Hostile = 12;
        var view = Render(string.Concat(Enumerable.Range(0, Hostile).Select(i => $"```cs\n/* {Guid.NewGuid()} {new string('\n', 60 + i)}\n```\n\n"))
            + $"```cs\n{Unseen()}\n```\n\nThe very end.");

        Assert.Contains("The very end.", view.Markup, StringComparison.Ordinal);

        // Others take turns with it: by then it would have come to its last block.
        for (var turn = 0; turn < Hostile + 3; turn++)
        {
            await SettleAsync();
        }

        Assert.Empty(view.FindAll("code span"));
    }

    private IRenderedComponent<MarkdownView> Render(string text) => Render<MarkdownView>(parameters => parameters.Add(p => p.Text, text));

    // No other test has had it coloured.
    private static string Unseen() => $"return 1; // {Guid.NewGuid()}";

    // Colours come one after the other: when these have come, those before are there or not wanted.
    private async Task SettleAsync()
    {
        await CodeColors.Shared.ColorAsync(new CodeText(Unseen(), ColorCode.Languages.CSharp), CancellationToken.None);
        await Renderer.Dispatcher.InvokeAsync(() => { });
    }

    // A paragraph for every hundred characters.
    private static string Paragraphs(int length) =>
        string.Concat(Enumerable.Range(0, length / 100).Select(i => $"Paragraph {i} ".PadRight(98, 'x') + "\n\n"));
}
