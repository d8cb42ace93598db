using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Chat;
using OllamaStudio.Shared;
using OllamaStudio.Shared.Find;
using OllamaStudio.Traces;

namespace OllamaStudio.Tests.Web.Shared.Find;

public sealed class FindBarTests : BunitContext
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    public FindBarTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton(TimeProvider.System);
    }

    [Fact]
    public async Task Opened_again_it_looks_again_although_nothing_was_heard_of_its_closing()
    {
        var text = "one bird";
        var bar = Render<FindBar>(parameters => parameters.Add(p => p.Label, "Find").Add(p => p.OnLook, scan => scan.Look("place", "part", text)));
        bar.Instance.OnOpened(null);
        await bar.InvokeAsync(() => bar.Find("input").Input("bird")); // on the page's own thread, where nothing is drawn meanwhile
        bar.WaitForAssertion(() => Assert.Equal("1 of 1", bar.Find("output").TextContent), Guard);

        text = "two birds, two birds";
        bar.Instance.OnOpened(null);

        bar.WaitForAssertion(() => Assert.Equal("1 of 2", bar.Find("output").TextContent), Guard);
    }

    [Fact]
    public async Task A_fault_of_the_looking_is_shown()
    {
        var bar = Render<FindBar>(parameters => parameters.Add(p => p.Label, "Find").Add(p => p.OnLook, _ => throw new InvalidOperationException("broken")));

        bar.Instance.OnOpened(null);

        Assert.Equal("broken", (await Renderer.UnhandledException.WaitAsync(Guard)).Message);
    }

    [Fact]
    public void What_is_found_in_is_drawn_to_a_bound_and_the_rest_is_still_offered()
    {
        var text = new string('a', 3 * FindScan.MostDrawn);

        var thinking = Render<ThinkingBlock>(parameters => parameters.Add(p => p.Text, text).Add(p => p.IsFound, true));
        var bounded = Render<BoundedText>(parameters => parameters.Add(p => p.Text, text).Add(p => p.IsFound, true));
        var value = Render<AttributeValue>(parameters => parameters.Add(p => p.Value, text).Add(p => p.IsFound, true));

        Assert.Equal(FindScan.MostDrawn, thinking.Find(".text").TextContent.Length);
        Assert.Contains("400,000 earlier characters", thinking.Find("button").TextContent, StringComparison.Ordinal);
        Assert.Equal(FindScan.MostDrawn + 1, bounded.Find("pre").TextContent.Length);
        Assert.Equal("Show all 600,000 characters", bounded.Find("button").TextContent);
        Assert.Equal(FindScan.MostDrawn + 1, value.Find(".value").TextContent.Length);
        Assert.Equal("Show all 600,000 characters", value.Find("button").TextContent);

        value.Find("button").Click();
        Assert.Equal(text.Length, value.Find(".value").TextContent.Length);
    }
}
