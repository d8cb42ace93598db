using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Insights.Coverage;
using OllamaStudio.Telemetry;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Telemetry;

public sealed class CoveragePageTests : BunitContext
{
    private readonly CoverageCollector _coverage;
    private readonly ManualTime _time = new();

    public CoveragePageTests()
    {
        _coverage = new CoverageCollector(new FakeSettings(), _time);
        Services.AddSingleton(_coverage);
        Services.AddMudBlazor();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public void Before_anything_happened_it_says_why_of_each_span()
    {
        var page = Render<CoveragePage>();

        Assert.Equal($"0 of {SpanContract.All.Length} kinds of spans seen", page.Find("[data-testid=coverage-headline] p").TextContent);
        Assert.Contains("No tool was called.", page.Find("[data-name=execute_tool] summary").TextContent, StringComparison.Ordinal);
        Assert.Contains("No turn was made.", page.Find("[data-name=chat_interaction] summary").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_seen_shows_at_once_what_is_not_has_its_reason_and_what_is_missing_is_a_fault()
    {
        var page = Render<CoveragePage>();

        _coverage.Ended(Span(1, null, "ollama_request", attributes:
        [
            ("openinference.span.kind", "CHAIN"), ("session.id", "s"), ("gen_ai.conversation.id", "s"), ("http.request.method", "POST"), ("http.method", "POST"), ("url.full", "u"), ("http.url", "u"), ("server.address", "a"),
        ]));

        page.WaitForAssertion(() => Assert.Equal("1 attribute missing", page.Find("[data-testid=coverage-headline] p").TextContent));
        Assert.Equal("true", page.Find("[data-name=ollama_request]").GetAttribute("data-seen"));
        Assert.Equal("seen", Value(page, "http.request.method"));
        Assert.Equal("Ollama did not send it.", Value(page, "http.response.status_code"));
        Assert.Equal("Nothing failed.", Value(page, "error.type"));
        Assert.StartsWith("It should be on each", Value(page, "server.port"), StringComparison.Ordinal);
    }

    private static string Value(IRenderedComponent<CoveragePage> page, string key) => page.Find($"[data-name=ollama_request] [data-key='{key}'] td").TextContent;
}
