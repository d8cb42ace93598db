using Bunit;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry.Logs;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

public sealed class SpanDetailsTests : PanelTestBase
{
    private IRenderedComponent<SpanDetails> Details(SpanRecord span) =>
        Render<SpanDetails>(parameters => parameters.Add(p => p.Span, span).Add(p => p.Now, Start).Add(p => p.LinksTrace, true));

    [Fact]
    public void Every_attribute_is_shown_under_its_key()
    {
        var span = Turn()[2];

        var details = Details(span);

        Assert.Equal(
            span.Attributes.Select(attribute => attribute.Key).Order(StringComparer.Ordinal),
            details.FindAll("[data-testid=span-attribute]").Select(row => row.GetAttribute("data-key")!).Order(StringComparer.Ordinal));
        Assert.Contains("1234", details.Find("[data-key='llm.tokens_input']").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_span_that_was_sent_links_to_itself_where_it_was_sent()
    {
        Export.Links["Aspire"] = "http://localhost:18888/traces/detail/{0}?spanId={1}";
        var span = Turn()[2];

        Assert.Equal($"http://localhost:18888/traces/detail/{span.TraceId}?spanId={span.SpanId}", Details(span with { Sampled = true }).Find("[data-testid=open-in-receiver]").GetAttribute("href"));
        Assert.Empty(Details(span with { Sampled = false }).FindAll("[data-testid=open-in-receiver]"));
        Assert.Empty(Details(span with { Sampled = null }).FindAll("[data-testid=open-in-receiver]"));
    }

    [Fact]
    public void A_fact_stands_once_with_its_other_names_under_it()
    {
        var details = Details(Span(1, attributes: [("llm.tokens_input", 12L), ("llm.tokens.input", 12L), ("gen_ai.usage.input_tokens", 12L), ("llm.token_count.prompt", 13L)]));

        Assert.Equal(["llm.tokens_input", "llm.token_count.prompt"], details.FindAll(".attribute").Select(row => row.GetAttribute("data-key")));
        Assert.Equal("2 other names", details.Find(".names summary").TextContent);
        Assert.Equal(["llm.tokens.input", "gen_ai.usage.input_tokens"], details.FindAll(".names [data-testid=span-attribute]").Select(row => row.GetAttribute("data-key")));
    }

    [Fact]
    public void A_linked_span_is_led_to_with_what_the_link_says()
    {
        Assert.Empty(Details(Span(1)).FindAll("[data-testid=span-link]"));

        var link = Details(Span(1) with { Links = [new SpanLinkRecord("aa", "bb", [new("link.type", "evaluation_of_generation")])] }).Find("[data-testid=span-link]");

        Assert.Equal("traces/aa?span=bb", link.QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal("link.type = evaluation_of_generation", link.QuerySelector(".muted")!.TextContent);
    }

    [Fact]
    public void A_model_call_opens_with_its_messages_and_any_other_span_with_its_attributes()
    {
        Assert.Equal("Messages2", Chosen(Details(Span(1, name: "ollama.chat_streaming", attributes: [("llm.last_message_preview", "hi"), ("llm.response_preview", "Hello")]))));
        Assert.Equal("Attributes0", Chosen(Details(Span(1))));
    }

    [Fact]
    public void The_arrow_keys_move_from_tab_to_tab_and_round()
    {
        var details = Details(Span(1, attributes: [("session.id", "s-1")]));

        Press("ArrowRight", "Events0");
        Press("End", "JSON");
        Assert.Contains("\"stringValue\": \"s-1\"", details.Find("[role=tabpanel]:not([hidden]) pre").TextContent, StringComparison.Ordinal);
        Press("ArrowRight", "Messages0");
        Press("ArrowLeft", "JSON");
        Press("Home", "Messages0");
        Assert.Equal(details.Find("[aria-selected=true]").GetAttribute("aria-controls"), details.Find("[role=tabpanel]:not([hidden])").Id);

        void Press(string key, string expected)
        {
            details.Find("[role=tablist]").KeyDown(key);
            Assert.Equal(expected, Chosen(details));
            Assert.Equal(["0", "-1", "-1", "-1", "-1"], details.FindAll("[role=tab]").Select(tab => tab.GetAttribute("tabindex")!).OrderDescending(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void The_lines_that_were_logged_in_a_span_stand_among_its_details()
    {
        LogLine line = new() { Time = Start, Level = LogLevel.Warning, Category = "OllamaStudio.Some.Type", Message = "odd", TraceId = Span(1).TraceId, SpanId = SpanId(1) };
        Log.Add(line);
        Log.Add(line with { Message = "of another", SpanId = SpanId(2) });
        var details = Details(Span(1));

        details.Find("[data-tab=Logs]").Click();

        Assert.Equal("Logs1", Chosen(details));
        Assert.EndsWith("odd", Assert.Single(details.FindAll("[data-testid=span-log] summary")).TextContent, StringComparison.Ordinal);
        Assert.Equal($"telemetry/logs?trace={Span(1).TraceId}", details.Find("[data-testid=span-logs-of-trace]").GetAttribute("href"));
    }

    private static string Chosen(IRenderedComponent<SpanDetails> details) => string.Join("", details.Find("[aria-selected=true]").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void Attributes_can_be_searched()
    {
        var details = Details(Turn()[2]);

        details.Find("[data-testid=span-attribute-search]").Input("tokens_out");

        Assert.Equal("llm.tokens_output", details.Find("[data-testid=span-attribute]").GetAttribute("data-key"));
        Assert.Single(details.FindAll("[data-testid=span-attribute]"));
    }

    [Fact]
    public void A_failure_shows_its_words_its_exception_and_where_it_was_thrown()
    {
        var details = Details(Span(1, status: SpanStatus.Error, description: "model 'x' not found", events:
        [
            new SpanEventRecord("exception", Start.AddMilliseconds(40),
            [
                new("exception.type", "OllamaException"), new("exception.message", "model 'x' not found"), new("exception.stacktrace", "at Ollama.Chat()"), new("retry", 2),
            ]),
        ]));

        Assert.Contains("model 'x' not found", details.Find(".callout.error").TextContent, StringComparison.Ordinal);
        var happening = details.Find("[data-testid=span-event][data-name=exception]");
        Assert.Contains("OllamaException", happening.TextContent, StringComparison.Ordinal);
        Assert.Contains("after 40.0 ms", happening.TextContent, StringComparison.Ordinal);
        Assert.Equal("at Ollama.Chat()", happening.QuerySelector("pre")!.TextContent);
        Assert.Equal("retry", happening.QuerySelector("[data-testid=span-attribute]")!.GetAttribute("data-key"));
    }

    [Fact]
    public void A_long_value_starts_folded_and_opens_whole()
    {
        var details = Details(Span(1, attributes: [("output.value", new string('x', 5000))]));

        Assert.Equal(2001, details.Find("[data-testid=span-attribute] .value").TextContent.Length);
        details.Find("[data-testid=span-attribute] .more").Click();
        Assert.Equal(5000, details.Find("[data-testid=span-attribute] .value").TextContent.Length);
    }

    [Fact]
    public void Json_is_laid_out_over_lines()
    {
        var details = Details(Span(1, attributes: [("llm.invocation_parameters", """{"temperature":0.7}""")]));

        Assert.Contains("\n", details.Find(".value.json").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LLM", null, 1)]
    [InlineData("LLM", "hi", 0)]
    [InlineData("CHAIN", null, 0)]
    public void Content_that_was_not_captured_is_said_to_be_missing(string kind, string? input, int notes)
    {
        var details = Details(Span(1, attributes: input is null ? [("openinference.span.kind", kind)] : [("openinference.span.kind", kind), ("input.value", input)]));

        Assert.Equal(notes, details.FindAll("[data-testid=span-not-captured]").Count);
    }

    [Fact]
    public void What_is_missing_names_the_very_setting()
    {
        var details = Details(Span(1, attributes: [("openinference.span.kind", "LLM")]) with { Sampled = false });

        Assert.Equal(["/settings#field-telemetry-samplingratio", "/settings#field-telemetry-capture"], details.FindAll(".callout a").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public void Whether_a_span_was_exported_is_told_where_that_is_known()
    {
        Assert.Empty(Told(Span(1), null));
        Assert.StartsWith("Yes", Assert.Single(Told(Span(1), new HashSet<string> { SpanId(1) })), StringComparison.Ordinal);
        Assert.StartsWith("No", Assert.Single(Told(Span(2), new HashSet<string> { SpanId(1) })), StringComparison.Ordinal);
        Assert.Empty(Told(Span(2) with { Sampled = false }, new HashSet<string>()));

        IEnumerable<string> Told(SpanRecord span, IReadOnlySet<string>? exported) =>
            Render<SpanDetails>(parameters => parameters.Add(p => p.Span, span).Add(p => p.Now, Start).Add(p => p.Exported, exported)).FindAll("[data-testid=span-exported]").Select(static told => told.TextContent);
    }

    [Fact]
    public void Events_that_are_not_kept_are_counted()
    {
        var happened = new SpanEventRecord("retry", DateTimeOffset.UnixEpoch, []);

        Assert.Equal("2 more events, not kept.", Details(Span(1) with { Events = [happened], DroppedEventCount = 2 }).Find("[data-testid=span-events-dropped]").TextContent);
        Assert.Empty(Details(Span(1) with { Events = [happened] }).FindAll("[data-testid=span-events-dropped]"));
    }

    [Fact]
    public void A_sampled_out_span_says_that_it_is_not_exported()
    {
        Assert.Contains("not exported", Details(Span(1, sampled: false)).Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("not exported", Details(Span(1, sampled: true)).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_are_copied_whole_and_a_refusal_is_said()
    {
        var copy = JSInterop.Setup<bool>("studio.copy", TraceId(1)).SetResult(true);
        JSInterop.Setup<bool>("studio.copy", SpanId(1)).SetResult(false);
        var details = Details(Span(1));

        details.Find("[aria-label='Copy trace id']").Click();
        details.Find("[aria-label='Copy span id']").Click();

        copy.VerifyInvoke("studio.copy");
        Assert.Single(details.FindAll("[aria-label=Copied]"));
        Assert.Single(details.FindAll("[aria-label='The browser did not allow copying']"));
    }
}
