using System.ComponentModel;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Insights.Coverage;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Tests.Export;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Telemetry;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Insights.Coverage;

/// <summary>The contract's table, against the spans of real turns.</summary>
[Collection("telemetry")]
public sealed class CoverageCollectorTests : IDisposable
{
    private readonly TurnFixture _turn = new() { Facts = static _ => new(8192, "0.40.1", "sha256:abc") };
    private readonly SpanFeed _feed;
    private readonly CoverageCollector _coverage;
    private readonly SpanListener _listener;

    public CoverageCollectorTests()
    {
        _feed = new SpanFeed(_turn.Clock);
        _coverage = new CoverageCollector(_turn.Settings, _turn.Clock);
        _listener = new SpanListener(_feed, observers: [_coverage]);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _coverage.Dispose();
        _feed.Dispose();
        _turn.Dispose();
    }

    [Fact]
    public void Before_anything_happened_nothing_was_seen_and_nothing_is_due()
    {
        Assert.NotEmpty(_coverage.Current);
        Assert.All(_coverage.Current, static span => Assert.Equal((0, 0), (span.Count, span.SeenCount)));
        Assert.DoesNotContain(_coverage.Current.SelectMany(static span => span.Attributes), static attribute => attribute.IsDue);
    }

    [Fact]
    public async Task A_turn_has_all_that_each_of_its_spans_must_have_and_the_rest_has_its_reason()
    {
        await _turn.RunAsync(Say("Hello"), Done(cached: 0));

        Assert.Equal(
            ["chat_interaction", "generate_response", "ollama.chat_streaming", "process_streaming_response", "log_interaction"],
            _coverage.Current.Where(static span => span.Count > 0).Select(static span => span.Contract.Name));
        AssertNothingIsMissing();
        Assert.Equal(CoverageWhen.Full, Value("ollama.chat_streaming", "gen_ai.input.messages").Contract.When);
        Assert.False(Value("ollama.chat_streaming", "gen_ai.input.messages").IsSeen);
        Assert.True(Value("ollama.chat_streaming", "llm.tokens_cached").IsSeen);
    }

    [Fact]
    public async Task With_tools_and_full_capture_numbered_names_are_found_too()
    {
        _turn.Settings.UpdateTelemetry(static telemetry => telemetry with { Capture = CaptureLevel.Full });
        var tool = AIFunctionFactory.Create([Description("Says the hour.")] () => "noon", "clock");
        await _turn.RunAsync(new ScriptedChatClient([[Call("clock", "c1"), Done()], [Say("It is noon"), Done()]]), options: new ChatOptions { Tools = [tool], Temperature = 0.5f });

        AssertNothingIsMissing();
        Assert.All(
            ["gen_ai.input.messages", "llm.input_messages.", "llm.output_messages.", "llm.tools.", "gen_ai.tool.definitions", "llm.called_tools", "llm.temperature"],
            name => Assert.True(Value("ollama.chat_streaming", name).IsSeen, name));
    }

    [Fact]
    public async Task With_capture_off_no_content_is_due_and_what_fails_is_counted()
    {
        _turn.Settings.UpdateTelemetry(static telemetry => telemetry with { Capture = CaptureLevel.Off });

        await _turn.RunAsync(Throw(new HttpRequestException("gone")));

        AssertNothingIsMissing();
        Assert.False(Value("chat_interaction", "input.value").IsSeen);
        Assert.True(Value("chat_interaction", "error.type").IsSeen);
        Assert.Equal(1, _coverage.Current[0].Failed);
    }

    [Fact]
    public void What_should_be_there_and_is_not_is_due_and_a_tools_name_does_not_matter()
    {
        _coverage.Ended(Span(1, null, "execute_tool add", attributes: [("gen_ai.tool.name", "add"), ("openinference.span.kind", "TOOL")]));

        Assert.True(Value("execute_tool ", "gen_ai.tool.name").IsSeen);
        Assert.Equal((false, true), (Value("execute_tool ", "gen_ai.tool.type").IsSeen, Value("execute_tool ", "gen_ai.tool.type").IsDue));
    }

    [Fact]
    public void Events_and_links_are_looked_for_by_their_own_names_and_a_test_span_is_told_of()
    {
        var export = new FakeExportMonitor();
        using var coverage = new CoverageCollector(_turn.Settings, _turn.Clock, export);
        var time = _turn.Clock.GetUtcNow();
        coverage.Ended(Span(1, null, "ollama.chat_streaming", attributes: [("llm.context_shifted", true)]) with { Events = [new("llm.context_truncated", time, []), new("of.nobody", time, [])] });
        coverage.Ended(Span(2, null, "chat_interaction") with { Links = [new("t", "s", [new("link.type", "replay_of_generation")])] });
        coverage.Ended(Span(3, null, "execute_tool add", attributes: [("mcp.method.name", "tools/call")]));
        export.Send(DestinationRig.Ended("studio.test_span"));

        Assert.Equal(
            [("chat_interaction", "replay_of_generation", CoveragePart.Link), ("ollama.chat_streaming", "llm.context_truncated", CoveragePart.Event), ("ollama.chat_streaming", "llm.context_shifted", CoveragePart.Attribute), ("execute_tool ", "mcp.method.name", CoveragePart.Attribute)],
            from span in coverage.Current from one in span.Attributes where one.IsSeen select (span.Contract.Name, one.Contract.Name, one.Contract.Part));
        Assert.Equal((1L, true), (coverage.Current[^1].Count, coverage.Current[^1].Attributes[0].IsDue));
        coverage.Dispose();
        export.Send(DestinationRig.Ended("studio.test_span"));
        Assert.Equal(1, coverage.Current[^1].Count);
    }

    [Fact]
    public void A_span_takes_no_memory_once_its_attributes_were_seen()
    {
        var span = Span(1, null, "chat_interaction", attributes: [("gen_ai.operation.name", "invoke_agent"), ("llm.model", "m"), ("not.of.the.contract", 1)]);
        _coverage.Ended(span);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1_000; i++)
        {
            _coverage.Ended(span);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(1_001, _coverage.Current[0].Count);
    }

    private AttributeCoverage Value(string span, string name) =>
        _coverage.Current.Single(one => one.Contract.Name == span).Attributes.Single(attribute => attribute.Contract.Name == name && attribute.Contract.Part is CoveragePart.Attribute);

    private void AssertNothingIsMissing() => Assert.Empty(
        from span in _coverage.Current
        from attribute in span.Attributes
        where attribute is { IsDue: true, IsSeen: false }
        select span.Contract.Name + ": " + attribute.Contract.Name);
}
