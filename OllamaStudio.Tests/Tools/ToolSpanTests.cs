using System.Diagnostics;
using System.Diagnostics.Metrics;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using static OllamaStudio.Tests.Tools.AgentFixture;

namespace OllamaStudio.Tests.Tools;

[Collection("telemetry")]
public sealed class ToolSpanTests : IDisposable
{
    private readonly AgentFixture _agent = new();

    public void Dispose() => _agent.Dispose();

    [Theory]
    [InlineData(true, "ollama.chat_streaming")]
    [InlineData(false, "ollama.chat_with_tools")]
    public async Task Each_iteration_is_a_span_with_its_model_call_and_its_tools_below(bool stream, string modelCall)
    {
        _agent.Offer("add", (int a, int b) => a + b);

        await _agent.RunAsync([Call("add", "c1", ("a", 5), ("b", 3)), Say("8")], change: null, stream);

        var root = _agent.Spans["chat_interaction"];
        var iterations = _agent.Spans.Ended.Where(span => span.OperationName == "generate_response").OrderBy(span => span.StartTimeUtc).ToList();
        var calls = _agent.Spans.Ended.Where(span => span.OperationName == modelCall).OrderBy(span => span.StartTimeUtc).ToList();
        Assert.Equal(2, iterations.Count);
        Assert.All(iterations, span => Assert.Equal(root.SpanId, span.ParentSpanId));
        Assert.Equal(iterations.Select(span => span.SpanId), calls.Select(span => span.ParentSpanId));
        Assert.Equal(iterations[0].SpanId, _agent.Spans["execute_tool add"].ParentSpanId);
        Assert.All(_agent.Spans.Ended, span => Assert.Equal(root.TraceId, span.TraceId));
        Assert.All(_agent.Spans.Ended, span => Assert.Equal(ActivityStatusCode.Ok, span.Status));
        Assert.Equal(2, root.GetTagItem("agent.iterations"));
        Assert.Equal("[\"add\"]", calls[0].GetTagItem("llm.called_tools"));
    }

    [Fact]
    public async Task The_span_of_a_call_says_what_was_called_with_what_and_what_came_of_it()
    {
        _agent.Offer("add", (int a, int b) => a + b);

        await _agent.RunAsync(Call("add", "c1", ("a", 5), ("b", 3)), Say("8"));

        var span = _agent.Spans["execute_tool add"];
        Assert.Equal(ActivityKind.Internal, span.Kind);
        foreach (var (key, value) in new Dictionary<string, object?>
        {
            ["openinference.span.kind"] = "TOOL",
            ["gen_ai.operation.name"] = "execute_tool",
            ["gen_ai.tool.name"] = "add",
            ["tool.name"] = "add",
            ["gen_ai.tool.call.id"] = "c1",
            ["gen_ai.tool.type"] = "function",
            ["gen_ai.tool.description"] = "Does add.",
            ["tool.success"] = true,
            ["gen_ai.tool.call.arguments"] = """{"a":5,"b":3}""",
            ["gen_ai.tool.call.result"] = "8",
            ["input.value"] = """{"a":5,"b":3}""",
            ["input.mime_type"] = "application/json",
            ["output.value"] = "8",
            ["session.id"] = "session-1",
        })
        {
            Assert.Equal((key, value), (key, span.GetTagItem(key)));
        }

        Assert.Contains("\"properties\"", (string)span.GetTagItem("tool.parameters")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_capture_off_neither_arguments_nor_results_nor_words_of_errors_are_anywhere()
    {
        _agent.Settings.UpdateTelemetry(settings => settings with { Capture = CaptureLevel.Off });
        _agent.Offer("keep", (string secret) => $"got {secret}");
        _agent.Offer("fail", string (string secret) => throw new IOException($"cannot take {secret}"));

        await _agent.RunAsync([.. Call("keep", "c1", ("secret", "hunter2")), .. Call("fail", "c2", ("secret", "hunter2"))], Say("hunter2"));

        Assert.DoesNotContain("hunter2", _agent.Spans.Everything(), StringComparison.Ordinal);
        Assert.Equal(true, _agent.Spans["execute_tool keep"].GetTagItem("tool.success"));
        Assert.Equal(false, _agent.Spans["execute_tool fail"].GetTagItem("tool.success"));
        Assert.Equal("System.IO.IOException", _agent.Spans["execute_tool fail"].GetTagItem("error.type"));
    }

    [Fact]
    public async Task A_failed_call_is_an_error_with_its_exception()
    {
        _agent.Offer("fail", string () => throw new InvalidOperationException("the disk is full"));

        await _agent.RunAsync(Call("fail", "c1"), Say("sorry"));

        var span = _agent.Spans["execute_tool fail"];
        Assert.Equal((ActivityStatusCode.Error, "the disk is full"), (span.Status, span.StatusDescription));
        Assert.Equal("exception", Assert.Single(span.Events).Name);
        Assert.Equal("Error: the disk is full", span.GetTagItem("gen_ai.tool.call.result"));
    }

    [Fact]
    public async Task Calls_that_ran_are_counted_by_tool_and_success_and_made_up_names_under_one()
    {
        var counted = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Meter.Name == StudioDiagnostics.Name && instrument.Name is "llm_tool_calls_total" or "llm_reasoning_tool_calls_total")
            {
                it.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            lock (counted)
            {
                counted.Add($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}");
            }
        });
        listener.Start();
        _agent.Offer("add", () => 1);

        _agent.Offer("write", () => 1, readOnly: false);

        await _agent.RunAsync([.. Call("add", "c1"), .. Call("made_up", "c2"), .. Call("write", "denied")], Say("ok"));

        Assert.Equal(
            ["llm_tool_calls_total 1 tool=add success=true", "llm_tool_calls_total 1 tool=unknown success=false"],
            counted.Where(count => count.StartsWith("llm_tool_calls_total", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Contains("llm_reasoning_tool_calls_total 3 model=llama3.1:8b", counted);
    }

    [Fact]
    public async Task Without_a_listener_everything_works_all_the_same()
    {
        _agent.Spans.Dispose();
        _agent.Offer("add", (int a, int b) => a + b);

        await _agent.RunAsync(Call("add", "c1", ("a", 5), ("b", 3)), Say("8"));

        Assert.Equal("8", _agent.Told("c1"));
    }
}
