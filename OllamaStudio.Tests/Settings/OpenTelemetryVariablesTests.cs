using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Settings;

public sealed class OpenTelemetryVariablesTests : IDisposable
{
    private readonly SettingsFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("true", false)]
    [InlineData("TRUE", false)]
    [InlineData("false", true)]
    public void A_disabled_sdk_switches_the_export_off(string value, bool enabled)
    {
        var settings = Open(("OTEL_SDK_DISABLED", value));

        Assert.Equal(enabled, settings.Current.Telemetry.Enabled);
        Assert.Equal("OTEL_SDK_DISABLED", settings.FixedBy(SettingKeys.TelemetryEnabled));
    }

    [Fact]
    public void The_base_endpoint_gets_the_path_of_the_signal()
    {
        Assert.Equal("http://collector:4318/v1/traces", Open(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")).Current.Telemetry.Destination.Endpoint);
        Assert.Equal("https://x/otlp/v1/traces", Open(("OTEL_EXPORTER_OTLP_ENDPOINT", "https://x/otlp/")).Current.Telemetry.Destination.Endpoint);
    }

    [Fact]
    public void The_endpoint_of_traces_is_taken_verbatim_and_beats_the_base()
    {
        var settings = Open(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://base:4318"), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces/here"));

        Assert.Equal("http://traces/here", settings.Current.Telemetry.Destination.Endpoint);
        Assert.Equal("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", settings.FixedBy(SettingKeys.Endpoint));
    }

    [Fact]
    public void Phoenix_endpoint_beats_the_exporters_own()
    {
        var settings = Open(("PHOENIX_ENDPOINT", "http://phoenix/v1/traces"), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces/here"));

        Assert.Equal("http://phoenix/v1/traces", settings.Current.Telemetry.Destination.Endpoint);
    }

    [Fact]
    public void A_faulty_endpoint_gives_way_to_the_next_variable()
    {
        var settings = Open(("PHOENIX_ENDPOINT", "nonsense"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"));

        Assert.Equal("http://collector:4318/v1/traces", settings.Current.Telemetry.Destination.Endpoint);
        Assert.Equal("PHOENIX_ENDPOINT", Assert.Single(settings.Faults).Source);
    }

    [Fact]
    public void Resource_attributes_are_decoded_and_those_that_are_settings_go_there()
    {
        var settings = Open(("OTEL_RESOURCE_ATTRIBUTES",
            "service.name=shop, service.version=2.1,deployment.environment.name=staging,openinference.project.name=p1,team=blue%20whale,x=a%2Cb"));

        var telemetry = settings.Current.Telemetry;
        Assert.Equal(("shop", "2.1", "staging", "p1"), (telemetry.ServiceName, telemetry.ServiceVersion, telemetry.Environment, telemetry.Destination.ProjectName));
        Assert.Equal([new("team", "blue whale"), new("x", "a,b")], telemetry.ResourceAttributes);
        Assert.Equal("OTEL_RESOURCE_ATTRIBUTES", settings.FixedBy(SettingKeys.ServiceName));
        Assert.Equal("OTEL_RESOURCE_ATTRIBUTES", settings.FixedBy(SettingKeys.ResourceAttributes));
    }

    [Fact]
    public void The_service_name_beats_the_one_among_the_resource_attributes()
    {
        var settings = Open(("OTEL_RESOURCE_ATTRIBUTES", "service.name=shop"), ("OTEL_SERVICE_NAME", "till"));

        Assert.Equal("till", settings.Current.Telemetry.ServiceName);
        Assert.Equal("OTEL_SERVICE_NAME", settings.FixedBy(SettingKeys.ServiceName));
        Assert.Null(settings.FixedBy(SettingKeys.ResourceAttributes));
    }

    [Fact]
    public void One_faulty_pair_discards_all_resource_attributes_and_is_reported_once()
    {
        var settings = Open(("OTEL_RESOURCE_ATTRIBUTES", "service.name=shop,oops"));

        Assert.Equal("ollama-client", settings.Current.Telemetry.ServiceName);
        Assert.Equal("OTEL_RESOURCE_ATTRIBUTES", Assert.Single(settings.Faults).Source);
    }

    [Fact]
    public void Headers_of_traces_beat_the_general_ones()
    {
        var settings = Open(("OTEL_EXPORTER_OTLP_HEADERS", "a=1"), ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "api-key=s%3Dt,b=2"));

        Assert.Equal([new("api-key", "s=t"), new("b", "2")], settings.Current.Telemetry.Destination.Headers);
        Assert.Equal("OTEL_EXPORTER_OTLP_TRACES_HEADERS", settings.FixedBy(SettingKeys.Headers));
    }

    [Fact]
    public void Batch_variables_are_in_force()
    {
        var settings = Open(
            ("OTEL_BSP_SCHEDULE_DELAY", "250"), ("OTEL_BSP_MAX_QUEUE_SIZE", "100"), ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "10"), ("OTEL_BSP_EXPORT_TIMEOUT", "900"));

        Assert.Equal(
            new BatchSettings { ScheduledDelayMilliseconds = 250, MaxQueueSize = 100, MaxExportBatchSize = 10, ExportTimeoutMilliseconds = 900 },
            settings.Current.Telemetry.Batch);
        Assert.Empty(settings.Faults);
    }

    [Fact]
    public void A_batch_is_cut_to_a_queue_that_is_smaller()
    {
        var byDefault = Open(("OTEL_BSP_MAX_QUEUE_SIZE", "100"));
        Assert.Equal(100, byDefault.Current.Telemetry.Batch.MaxExportBatchSize);
        Assert.Empty(byDefault.Faults);

        var asked = Open(("OTEL_BSP_MAX_QUEUE_SIZE", "100"), ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "400"));
        Assert.Equal(100, asked.Current.Telemetry.Batch.MaxExportBatchSize);
        Assert.Equal("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", Assert.Single(asked.Faults).Source);
    }

    [Fact]
    public void The_shorter_of_the_two_timeouts_holds_and_is_named()
    {
        var settings = Open(("OTEL_EXPORTER_OTLP_TIMEOUT", "7000"), ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "3000"), ("OTEL_BSP_EXPORT_TIMEOUT", "30000"));
        Assert.Equal(3000, settings.Current.Telemetry.Batch.ExportTimeoutMilliseconds);
        Assert.Equal("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", settings.FixedBy(SettingKeys.ExportTimeout));

        Assert.Equal(7000, Open(("OTEL_EXPORTER_OTLP_TIMEOUT", "7000")).Current.Telemetry.Batch.ExportTimeoutMilliseconds);
    }

    [Theory]
    [InlineData("always_on", null, 1)]
    [InlineData("always_off", null, 0)]
    [InlineData("parentbased_always_on", "0.3", 1)]
    [InlineData("parentbased_always_off", null, 0)]
    [InlineData("traceidratio", "0.25", 0.25)]
    [InlineData("ParentBased_TraceIdRatio", "0.1", 0.1)]
    [InlineData("traceidratio", null, 1)]
    public void Samplers_come_down_to_a_ratio(string sampler, string? argument, double ratio)
    {
        var settings = Open(("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument ?? ""));

        Assert.Equal(ratio, settings.Current.Telemetry.SamplingRatio);
        Assert.NotNull(settings.FixedBy(SettingKeys.SamplingRatio));
        Assert.Empty(settings.Faults);
    }

    [Fact]
    public void A_faulty_sampler_argument_counts_as_missing_and_is_reported()
    {
        var settings = Open(("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "half"));

        Assert.Equal(1, settings.Current.Telemetry.SamplingRatio);
        Assert.Equal("OTEL_TRACES_SAMPLER_ARG", Assert.Single(settings.Faults).Source);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta", true)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "Cumulative", false)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "base2_exponential_bucket_histogram", true)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "explicit_bucket_histogram", false)]
    public void What_is_not_heeded_of_metrics_is_said(string name, string text, bool isTold)
    {
        var settings = Open((name, text));

        Assert.Equal(isTold ? [name] : [], settings.Faults.Select(static fault => fault.Source));
        Assert.Equal(60_000, settings.Current.Telemetry.MetricIntervalMilliseconds);
    }

    [Theory]
    [InlineData("OTEL_TRACES_SAMPLER", "jaeger_remote")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "0.5")]
    public void Samplers_without_effect_are_reported_and_fix_nothing(string variable, string value)
    {
        var settings = Open((variable, value));

        Assert.Equal(variable, Assert.Single(settings.Faults).Source);
        Assert.Null(settings.FixedBy(SettingKeys.SamplingRatio));
    }

    [Theory]
    [InlineData("false", CaptureLevel.Off)]
    [InlineData("NO_CONTENT", CaptureLevel.Off)]
    [InlineData("true", CaptureLevel.Full)]
    [InlineData("SPAN_ONLY", CaptureLevel.Full)]
    public void The_conventions_switch_for_content_fixes_the_capture_level(string value, CaptureLevel level)
    {
        var settings = Open(("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", value));

        Assert.Equal(level, settings.Current.Telemetry.Capture);
    }

    private SettingsService Open(params (string Name, string Value)[] variables) =>
        _fixture.Open(new() { Environment = variables.ToDictionary(variable => variable.Name, variable => variable.Value) });
}
