using System.Collections.Immutable;
using Bunit;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Web.Settings;

public sealed class ChatSectionTests : SettingsPageTestBase
{
    [Fact]
    public void A_prompt_of_several_lines_is_added_and_saved()
    {
        var (page, settings) = Open();
        Find(page, "prompt-add").Click();
        Input(page, "prompt-name", " review ");
        Input(page, "prompt-text", "Review this {{language}} code:\n\n{{code}}");

        Save(page);

        page.WaitForElement(Selector("settings-saved"));
        Assert.Equal(new SavedPrompt { Name = "review", Text = "Review this {{language}} code:\n\n{{code}}" }, Assert.Single(settings.Current.Chat.Prompts));
        Assert.Empty(page.FindAll(Selector("prompt-text")));
    }

    [Theory]
    [InlineData("prompt-name", "It needs a name.", "", "text")]
    [InlineData("prompt-name", "This name is there already.", "A", "text")]
    [InlineData("prompt-text", "It needs a text.", "b", "")]
    public async Task What_is_wrong_with_a_prompt_stands_at_its_input_and_nothing_is_saved(string testId, string fault, string name, string text)
    {
        var settings = Fixture.Open();
        await settings.SaveAsync(static current => current with { Chat = current.Chat with { Prompts = [new() { Name = "a", Text = "x" }] } }, CancellationToken.None);
        var page = Render(settings);
        Find(page, "prompt-add").Click();
        Input(page, "prompt-name", name);
        Input(page, "prompt-text", text);

        Save(page);

        page.WaitForAssertion(() => Assert.Equal("true", Find(page, testId).GetAttribute("aria-invalid")));
        Assert.Contains(fault, page.Find($"#{Find(page, testId).GetAttribute("aria-describedby")}").TextContent, StringComparison.Ordinal);
        Assert.Single(settings.Current.Chat.Prompts);
    }

    [Fact]
    public async Task Presets_and_models_defaults_say_what_they_set_and_are_renamed_and_removed()
    {
        var settings = Fixture.Open();
        var parameters = ImmutableSortedDictionary<string, string>.Empty.Add("temperature", "0.2").Add("stop", "END\n\\n").Add("system", "Two\nlines, with = and \"signs\"");
        await settings.SaveAsync(current => current with
        {
            Chat = current.Chat with { Presets = [new() { Name = "Precise", Parameters = parameters }], ModelDefaults = [new() { Name = "qwen3:8b", Parameters = parameters }] },
        }, CancellationToken.None);
        var page = Render(settings);
        Assert.Equal("stop at · system prompt · temperature 0.2", Find(page, "preset-says").TextContent);
        Assert.Empty(page.FindAll(Selector("preset-add")));

        Find(page, "preset-rename").Click();
        Input(page, "preset-name", "Exact");
        Find(page, "model-default-remove").Click();
        Save(page);

        page.WaitForElement(Selector("settings-saved"));
        var kept = Assert.Single(settings.Current.Chat.Presets);
        Assert.Equal("Exact", kept.Name);
        Assert.Equal(parameters, kept.Parameters);
        Assert.Empty(settings.Current.Chat.ModelDefaults);
    }

    [Fact]
    public void What_makes_no_sense_in_the_file_or_the_environment_is_passed_over_with_a_word()
    {
        using var settings = Fixture.Open(new() { Environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OLLAMASTUDIO__Chat__Presets__0__Name"] = "Hot", ["OLLAMASTUDIO__Chat__Presets__0__Parameters__temperature"] = "hot",
        } });

        Assert.Empty(settings.Current.Chat.Presets);
        Assert.Contains("temperature: It must be a number from 0 to 5", Assert.Single(settings.Faults).Message, StringComparison.Ordinal);
    }
}
