using Bunit;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Web.Settings;

public sealed class PricesSectionTests : SettingsPageTestBase
{
    [Fact]
    public void A_price_is_added_and_saved_and_then_stands_in_one_line()
    {
        var (page, settings) = Open();
        Find(page, "price-add").Click();
        Input(page, "price-model", " qwen3:* ");
        Input(page, "price-input", "0.1");
        Input(page, "price-output", "0.4");
        Input(page, "price-watts", "350");

        Save(page);

        page.WaitForElement(Selector("settings-saved"), TimeSpan.FromSeconds(30));
        Assert.Equal(new ModelPrice { Model = "qwen3:*", InputPrice = 0.1, OutputPrice = 0.4, Watts = 350 }, Assert.Single(settings.Current.Prices.Models));
        Assert.Empty(page.FindAll(Selector("price-model")));
        Assert.Equal("$0.1 in · $0.4 out per million · 350 W", Find(page, "price-says").TextContent);
    }

    [Theory]
    [InlineData("price-model", "It needs a model", "", "1", "", "1", "", "")]
    [InlineData("price-input", "Enter what a million tokens cost", "m", "", "", "", "", "")]
    [InlineData("price-input", "Enter this one too", "m", "", "", "1", "", "")]
    [InlineData("price-output", "Enter this one too", "m", "1", "", "", "", "")]
    [InlineData("price-input", "a number from 0 to 1,000,000", "m", "-1", "", "1", "", "")]
    [InlineData("price-cached", "a number from 0 to 1,000,000", "m", "1", "cheap", "1", "", "")]
    [InlineData("price-watts", "Enter the watts", "m", "1", "", "1", "", "0.3")]
    [InlineData("price-electricity", "by its tokens or by electricity", "m", "1", "", "1", "100", "0.3")]
    [InlineData("price-electricity", "a number from 0 to 1,000", "m", "", "", "", "100", "1001")]
    public void What_is_wrong_stands_at_its_input_and_nothing_is_saved(
        string testId, string fault, string model, string input, string cached, string output, string watts, string electricity)
    {
        var (page, settings) = Open();
        Find(page, "price-add").Click();
        foreach (var (name, text) in new[] { ("model", model), ("input", input), ("cached", cached), ("output", output), ("watts", watts), ("electricity", electricity) })
        {
            Input(page, $"price-{name}", text);
        }

        Save(page);

        page.WaitForAssertion(() => Assert.Equal("true", Find(page, testId).GetAttribute("aria-invalid")), TimeSpan.FromSeconds(30));
        Assert.Contains(fault, page.Find($"#{Find(page, testId).GetAttribute("aria-describedby")}").TextContent, StringComparison.Ordinal);
        Assert.Empty(settings.Current.Prices.Models);
    }

    [Fact]
    public async Task A_price_is_removed_and_two_for_one_model_are_refused()
    {
        var settings = Fixture.Open();
        await settings.SaveAsync(static current => current with { Prices = new() { Models = [new() { Model = "a", Watts = 1 }, new() { Model = "b", Watts = 2 }] } }, CancellationToken.None);
        var page = Render(settings);
        page.FindAll(Selector("price-edit"))[1].Click();
        Input(page, "price-model", "A");

        Save(page);

        page.WaitForAssertion(() => Assert.Contains("has a price already", Find(page, "price-error").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(30));
        page.FindAll(Selector("price-remove"))[0].Click();
        Save(page);
        page.WaitForElement(Selector("settings-saved"), TimeSpan.FromSeconds(30));
        Assert.Equal(["A"], settings.Current.Prices.Models.Select(static price => price.Model));
    }

    [Fact]
    public async Task The_names_of_metrics_are_chosen()
    {
        var (page, settings) = Open();

        await ChooseAsync(page, "setting-metric-names", "New");
        Save(page);

        page.WaitForElement(Selector("settings-saved"), TimeSpan.FromSeconds(30));
        Assert.Equal(MetricNaming.New, settings.Current.Telemetry.MetricNames);
    }
}
