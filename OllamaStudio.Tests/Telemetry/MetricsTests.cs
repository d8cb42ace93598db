using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Tools;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;

namespace OllamaStudio.Tests.Telemetry;

[Collection("telemetry")]
public sealed class MetricsTests : IDisposable
{
    private readonly TurnFixture _turn = new();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(Instrument Instrument, double Value, Dictionary<string, object?> Labels)> _measured = [];

    public MetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == StudioDiagnostics.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Keep(instrument, value, labels));
        _listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Keep(instrument, value, labels));
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _turn.Dispose();
    }

    [Fact]
    public async Task A_model_call_is_counted_and_timed()
    {
        await _turn.RunAsync(
            Do(() => _turn.Clock.Advance(TimeSpan.FromSeconds(2))), Do(_listener.RecordObservableInstruments), Say("a"),
            Do(() => _turn.Clock.Advance(TimeSpan.FromSeconds(1))), Say("b"), Done());
        _listener.RecordObservableInstruments();

        Assert.Equal(1, Value("llm_requests_total", ("model", "llama3.1:8b"), ("status", "success")));
        Assert.Equal(3, Value("llm_request_duration_seconds", ("model", "llama3.1:8b")));
        Assert.Equal(3, Value("gen_ai.client.operation.duration", ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "ollama"), ("gen_ai.request.model", "llama3.1:8b")));
        Assert.Equal(2, Value("gen_ai.client.operation.time_to_first_chunk"));
        Assert.Equal([0, 1], Values("gen_ai.client.operation.time_per_output_chunk")); // the longest is the last that is told
        Assert.Equal(26, Value("gen_ai.client.token.usage", ("gen_ai.token.type", "input")));
        Assert.Equal(100, Value("gen_ai.client.token.usage", ("gen_ai.token.type", "output")));
        Assert.Equal(26, Value("llm_tokens_total", ("type", "input")));
        Assert.Equal(26, Value("llm_tokens_input_total"));
        Assert.Equal(100, Value("llm_tokens_output_total"));
        Assert.Equal(1, Value("llm_agent_iterations"));
        Assert.Equal([1, 0], Values("llm_queue_size", ("model", "llama3.1:8b")));
        Assert.Empty(Values("llm_errors_total"));
    }

    [Fact]
    public async Task A_reply_that_could_not_be_taken_is_counted_as_failed_and_not_as_stopped()
    {
        using var turn = new TurnFixture { OnReceived = _ => throw new ReplyTooLongException() };

        await turn.RunAsync(Say("too long"), Done());

        Assert.Equal(1, Value("llm_requests_total", ("status", "error")));
        Assert.Equal(1, Value("llm_errors_total", ("error_type", "reply_too_long")));
        Assert.Empty(Values("llm_requests_total", ("status", "cancelled")));
    }

    [Fact]
    public async Task An_error_is_counted_by_its_type()
    {
        await _turn.RunAsync(Do(_listener.RecordObservableInstruments), Throw(new OllamaException(OllamaErrorKind.Overloaded, "server busy")));
        _listener.RecordObservableInstruments();

        Assert.Equal(1, Value("llm_requests_total", ("status", "error")));
        Assert.Equal(1, Value("llm_requests_failed_total"));
        Assert.Equal(1, Value("llm_errors_total", ("error_type", "overloaded")));
        Assert.Equal(0, Value("gen_ai.client.operation.duration", ("error.type", "overloaded")));
        Assert.Equal([1, 0], Values("llm_queue_size", ("model", "llama3.1:8b")));
    }

    [Theory]
    [InlineData(MetricNaming.Both, true, true)]
    [InlineData(MetricNaming.New, true, false)]
    [InlineData(MetricNaming.Old, false, true)]
    public async Task The_conventions_names_are_those_that_the_setting_says(MetricNaming naming, bool hasNew, bool hasOld)
    {
        _turn.Settings.UpdateTelemetry(telemetry => telemetry with { MetricNames = naming });

        await _turn.RunAsync(Say("a"), Say("b"), Done(cached: 6));

        string[] old = ["gen_ai.client.operation.duration", "gen_ai.client.operation.time_to_first_chunk", "gen_ai.client.operation.time_per_output_chunk", "gen_ai.client.token.usage"];
        string[] now =
        [
            "gen_ai.client.inference.duration", "gen_ai.client.inference.time_to_first_chunk", "gen_ai.client.inference.time_per_output_chunk",
            "gen_ai.client.inference.usage.input_tokens", "gen_ai.client.inference.usage.output_tokens", "gen_ai.client.inference.usage.cache_read.input_tokens",
            "gen_ai.invoke_agent.duration", "gen_ai.invoke_agent.inference_calls", "gen_ai.invoke_agent.tool_calls",
        ];
        Assert.All(old, name => Assert.Equal(hasOld, Values(name).Count > 0));
        Assert.All(now, name => Assert.Equal(hasNew, Values(name).Count > 0));
        Assert.Equal(1, Value("llm_requests_total"));
    }

    [Fact]
    public async Task The_conventions_new_names_tell_what_the_old_ones_do_and_more()
    {
        await _turn.RunAsync(Do(() => _turn.Clock.Advance(TimeSpan.FromSeconds(2))), Say("a"), Done(cached: 6));

        (string, object)[] labels = [("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "ollama"), ("gen_ai.request.model", "llama3.1:8b")];
        Assert.Equal(2, Value("gen_ai.client.inference.duration", labels));
        Assert.Equal(2, Value("gen_ai.client.inference.time_to_first_chunk", labels));
        Assert.Equal(26, Value("gen_ai.client.inference.usage.input_tokens", labels));
        Assert.Equal(100, Value("gen_ai.client.inference.usage.output_tokens", labels));
        Assert.Equal(6, Value("gen_ai.client.inference.usage.cache_read.input_tokens", labels));
        Assert.Equal(2, Value("gen_ai.invoke_agent.duration", ("gen_ai.operation.name", "invoke_agent")));
        Assert.Equal((1, 0), (Value("gen_ai.invoke_agent.inference_calls"), Value("gen_ai.invoke_agent.tool_calls")));
    }

    [Fact]
    public async Task What_the_server_says_of_its_work_is_measured_as_far_as_it_does()
    {
        await _turn.RunAsync(Say("a"), Done(cached: 6));
        await _turn.RunAsync(Say("a"), Done(output: 9, durations: false));

        Assert.Equal(0.3, Value("llm_load_duration_seconds", ("model", "llama3.1:8b")));
        Assert.Equal(200, Value("llm_output_tokens_per_second", ("model", "llama3.1:8b")));
        Assert.Equal(6, Value("llm_cache_read_tokens_total", ("model", "llama3.1:8b")));
    }

    [Fact]
    public async Task A_cost_is_counted_where_there_is_a_price_and_nowhere_else()
    {
        using var priced = new TurnFixture { Prices = new FixedPrice(new ModelPrice { Model = "*", InputPrice = 1, OutputPrice = 10 }) };

        await _turn.RunAsync(Say("a"), Done());
        Assert.Empty(Values("llm_cost_usd"));
        var before = Observed("llm_cost_total_usd", "llama3.1:8b");
        await priced.RunAsync(Say("a"), Done());

        Assert.Equal(0.001026, Value("llm_cost_usd", ("model", "llama3.1:8b")), 1e-12);
        Assert.Equal(0.001026, Observed("llm_cost_total_usd", "llama3.1:8b")!.Value - before!.Value, 1e-9);
    }

    [Fact]
    public async Task A_tool_call_is_timed_by_name_and_error_and_a_secret_in_the_name_is_redacted()
    {
        using var agent = new AgentFixture();
        agent.Offer("add", () => { agent.Clock.Advance(TimeSpan.FromSeconds(2)); return 8; });
        agent.Offer("mail_ann@example.com", int () => throw new InvalidOperationException("no"));

        await agent.RunAsync(AgentFixture.Call("add", "1"), AgentFixture.Call("mail_ann@example.com", "2"), AgentFixture.Call("nothing", "3"), AgentFixture.Say("8"));

        Assert.Equal(2, Value("gen_ai.execute_tool.duration", ("gen_ai.tool.name", "add"), ("gen_ai.operation.name", "execute_tool")));
        Assert.Equal(0, Value("gen_ai.execute_tool.duration", ("error.type", "System.InvalidOperationException")));
        Assert.Equal(2, Values("gen_ai.execute_tool.duration").Count); // what does not exist did not run
        Assert.Equal(1, Value("llm_tool_calls_total", ("tool", "unknown"), ("success", "false")));
        Assert.DoesNotContain(_measured.SelectMany(measured => measured.Labels.Values), value => value is string text && text.Contains("example.com", StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_in_memory_is_told_and_one_that_left_is_told_as_gone()
    {
        var status = new ServerStatus
        {
            Kind = ServerKind.Ollama, State = ServerState.Up,
            Running = [new() { Name = "in-memory:1b", SizeVram = 4_000_000_000 }, new() { Name = "beside:1b" }],
        };
        using var told = StudioMetrics.WatchModels(new ToldModels(() => status).Look);
        Assert.Equal((1, 4_000_000_000), (Observed("llm_model_loaded", "in-memory:1b"), Observed("llm_model_vram_bytes", "in-memory:1b")));

        status = status with { Running = [new() { Name = "beside:1b" }] };
        Assert.Equal((0, 0, 1), (Observed("llm_model_loaded", "in-memory:1b"), Observed("llm_model_vram_bytes", "in-memory:1b"), Observed("llm_model_loaded", "beside:1b")));

        status = status with { State = ServerState.Down };
        Assert.Equal(0, Observed("llm_model_loaded", "beside:1b"));
    }

    [Fact]
    public void A_name_in_memory_is_told_as_the_redaction_leaves_it()
    {
        var status = new ServerStatus { Kind = ServerKind.Ollama, State = ServerState.Up, Running = [new() { Name = "hf.co/me@example.com:1b", SizeVram = 5 }] };
        var capture = new ContentCapture(new FakeSettings());
        using var told = StudioMetrics.WatchModels(new ToldModels(() => status, name => capture.Begin().Whole(name)).Look);

        Assert.Equal(5, Observed("llm_model_vram_bytes", capture.Begin().Whole("hf.co/me@example.com:1b")));
        Assert.Null(Observed("llm_model_vram_bytes", "hf.co/me@example.com:1b"));
    }

    [Fact]
    public void A_label_has_no_more_values_than_its_bound()
    {
        var bound = new LabelBound(2);

        Assert.Equal(["a", "b", "other", "a", "other"], new[] { "a", "b", "c", "a", "d" }.Select(bound.Of));
    }

    [Fact]
    public async Task Labels_hold_neither_ids_nor_hosts_nor_text()
    {
        await _turn.RunAsync(Say("answer text"), Done());

        string[] allowed = ["model", "status", "type", "error_type", "error.type", "gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model", "gen_ai.token.type"];
        Assert.All(_measured.SelectMany(measured => measured.Labels.Keys), label => Assert.Contains(label, allowed));
    }

    [Fact]
    public async Task Histograms_advise_the_buckets_of_the_conventions()
    {
        await _turn.RunAsync(Say("a"), Done());

        var seconds = Assert.IsType<Histogram<double>>(_measured.First(measured => measured.Instrument.Name == "gen_ai.client.operation.duration").Instrument);
        Assert.Equal([0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92], seconds.Advice!.HistogramBucketBoundaries!);
        var tokens = Assert.IsType<Histogram<long>>(_measured.First(measured => measured.Instrument.Name == "gen_ai.client.token.usage").Instrument);
        Assert.Equal(1, tokens.Advice!.HistogramBucketBoundaries![0]);
        Assert.Equal(67108864, tokens.Advice!.HistogramBucketBoundaries![^1]);
    }

    /// <summary>What a gauge says of a model when it is asked.</summary>
    private double? Observed(string name, string model)
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return Values(name, ("model", model)) is [.., var last] ? last : name == "llm_cost_total_usd" ? 0 : null;
    }

    private double Value(string name, params (string Key, object Value)[] labels) => Assert.Single(Values(name, labels));

    private IReadOnlyList<double> Values(string name, params (string Key, object Value)[] labels) =>
        [.. _measured.Where(measured => measured.Instrument.Name == name && labels.All(label => Equals(measured.Labels.GetValueOrDefault(label.Key), label.Value))).Select(measured => measured.Value)];

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels) =>
        _measured.Enqueue((instrument, value, labels.ToArray().ToDictionary(label => label.Key, label => label.Value)));
}

/// <summary>One price for every model.</summary>
internal sealed class FixedPrice(ModelPrice price) : IPriceList
{
    public ModelPrice? Find(string model) => price;
}
