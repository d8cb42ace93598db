using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Telemetry;
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
            Do(() => _turn.Clock.Advance(TimeSpan.FromSeconds(2))), Say("a"),
            Do(() => _turn.Clock.Advance(TimeSpan.FromSeconds(1))), Say("b"), Done());

        Assert.Equal(1, Value("llm_requests_total", ("model", "llama3.1:8b"), ("status", "success")));
        Assert.Equal(3, Value("llm_request_duration_seconds", ("model", "llama3.1:8b")));
        Assert.Equal(3, Value("gen_ai.client.operation.duration", ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "ollama"), ("gen_ai.request.model", "llama3.1:8b")));
        Assert.Equal(2, Value("gen_ai.client.operation.time_to_first_chunk"));
        Assert.Equal([1, 0], Values("gen_ai.client.operation.time_per_output_chunk"));
        Assert.Equal(26, Value("gen_ai.client.token.usage", ("gen_ai.token.type", "input")));
        Assert.Equal(100, Value("gen_ai.client.token.usage", ("gen_ai.token.type", "output")));
        Assert.Equal(26, Value("llm_tokens_total", ("type", "input")));
        Assert.Equal(26, Value("llm_tokens_input_total"));
        Assert.Equal(100, Value("llm_tokens_output_total"));
        Assert.Equal(1, Value("llm_agent_iterations"));
        Assert.Equal([1, -1], Values("llm_queue_size"));
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
        await _turn.RunAsync(Throw(new OllamaException(OllamaErrorKind.Overloaded, "server busy")));

        Assert.Equal(1, Value("llm_requests_total", ("status", "error")));
        Assert.Equal(1, Value("llm_requests_failed_total"));
        Assert.Equal(1, Value("llm_errors_total", ("error_type", "overloaded")));
        Assert.Equal(0, Value("gen_ai.client.operation.duration", ("error.type", "overloaded")));
        Assert.Equal([1, -1], Values("llm_queue_size"));
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

    private double Value(string name, params (string Key, object Value)[] labels) => Assert.Single(Values(name, labels));

    private IReadOnlyList<double> Values(string name, params (string Key, object Value)[] labels) =>
        [.. _measured.Where(measured => measured.Instrument.Name == name && labels.All(label => Equals(measured.Labels.GetValueOrDefault(label.Key), label.Value))).Select(measured => measured.Value)];

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels) =>
        _measured.Enqueue((instrument, value, labels.ToArray().ToDictionary(label => label.Key, label => label.Value)));
}
