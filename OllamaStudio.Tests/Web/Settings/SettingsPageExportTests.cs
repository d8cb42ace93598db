using AngleSharp.Dom;
using Bunit;
using OllamaStudio.Core.Export;

namespace OllamaStudio.Tests.Web.Settings;

public sealed class SettingsPageExportTests : SettingsPageTestBase
{
    [Theory]
    [InlineData("http://localhost:6006", "http://localhost:6006/v1/traces")]
    [InlineData("http://collector:4317", "http://collector:4318/v1/traces")]
    public void An_endpoint_that_is_hardly_meant_gets_advice_that_one_click_takes(string typed, string suggested)
    {
        var (page, _) = Open();
        Input(page, "setting-endpoint", typed);

        page.FindAll("button.link").Single(button => button.TextContent == $"Use {suggested}").Click();

        Assert.Equal(suggested, Find(page, "setting-endpoint").GetAttribute("value"));
    }

    [Fact]
    public void The_test_spans_answer_is_shown()
    {
        var (page, _) = Open();
        Find(page, "test-export").Click();
        page.WaitForElement(Selector("test-export-cancel"));

        Monitor.Answer.SetResult(new(TestExportOutcome.Refused, "Phoenix refused the key (401).", new('a', 32), 401));

        var result = page.WaitForElement(Selector("test-export-result"));
        Assert.Contains("Phoenix refused the key (401).", result.TextContent, StringComparison.Ordinal);
        Assert.Equal("refused", result.GetAttribute("data-outcome"));
        Assert.NotNull(Find(page, "test-export"));
    }

    [Fact]
    public void A_test_span_that_takes_long_can_be_cancelled()
    {
        var (page, _) = Open();
        Find(page, "test-export").Click();

        page.WaitForElement(Selector("test-export-cancel")).Click();

        page.WaitForElement(Selector("test-export"));
        Assert.True(Monitor.Cancelled);
        Assert.Empty(page.FindAll(Selector("test-export-result")));
    }

    [Fact]
    public async Task The_exports_standing_is_live_until_the_page_is_left()
    {
        var (page, _) = Open();

        Monitor.Set(new() { State = ExportState.Failing, LastError = "503 from localhost:6006: queue full", Failed = 12 });

        page.WaitForAssertion(() => Assert.Equal("failing", Find(page, "export-state").GetAttribute("data-state")));
        Assert.Contains("queue full", page.Markup, StringComparison.Ordinal);

        await DisposeComponentsAsync();
        Assert.Equal(0, Monitor.Subscribers);
    }
}
