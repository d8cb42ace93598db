using System.Globalization;
using System.Net;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Http;

/// <summary>What a scraper of any make finds at /metrics.</summary>
[Collection("telemetry")]
public sealed class MetricsPageTests
{
    [Fact]
    public async Task Every_instrument_is_there_under_the_name_that_it_is_known_by()
    {
        await using var studio = await ScrapedStudio.StartAsync();
        await studio.RunTurnsAsync();

        var samples = await studio.ScrapeAsync();

        string[] names =
        [
            "llm_requests_total", "llm_requests_failed_total", "llm_request_duration_seconds_bucket", "llm_tokens_total", "llm_tokens_input_total", "llm_tokens_output_total",
            "llm_errors_total", "llm_cost_usd_total", "llm_cost_total_usd", "llm_cache_read_tokens_total", "llm_reasoning_iterations_total", "llm_reasoning_tool_calls_total",
            "llm_tool_calls_total", "llm_agent_iterations_bucket", "llm_context_utilization_bucket", "llm_queue_size", "llm_load_duration_seconds_bucket",
            "llm_output_tokens_per_second_bucket", "gen_ai_client_inference_duration_seconds_bucket", "gen_ai_client_inference_time_to_first_chunk_seconds_bucket",
            "gen_ai_client_inference_time_per_output_chunk_seconds_bucket", "gen_ai_client_inference_usage_input_tokens_total", "gen_ai_client_inference_usage_output_tokens_total",
            "gen_ai_client_inference_usage_cache_read_input_tokens_total", "gen_ai_invoke_agent_duration_seconds_bucket", "gen_ai_invoke_agent_inference_calls_bucket",
            "gen_ai_invoke_agent_tool_calls_bucket", "gen_ai_execute_tool_duration_seconds_bucket", "gen_ai_client_operation_duration_seconds_bucket",
            "gen_ai_client_operation_time_to_first_chunk_seconds_bucket", "gen_ai_client_operation_time_per_output_chunk_seconds_bucket", "gen_ai_client_token_usage_bucket",
        ];
        Assert.Empty(names.Except(samples.Select(static sample => sample.Name)));
        Assert.Equal(1, Value("llm_requests_total", ("model", "llama3.1:8b"), ("status", "error")));
        Assert.Equal(26, Value("llm_tokens_total", ("type", "input")));
        Assert.Equal(1.026, Value("llm_cost_usd_total"), 1e-9);
        Assert.Equal(1, Value("llm_tool_calls_total", ("tool", "fail"), ("success", "false")));
        Assert.Equal("scraped", Assert.Single(samples, static sample => sample.Name == "target_info").Labels["service_name"]);

        double Value(string name, params (string Name, string Value)[] labels) =>
            Assert.Single(samples, sample => sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Name) == label.Value)).Value;
    }

    [Fact]
    public async Task Buckets_are_the_conventions_and_labels_hold_neither_ids_nor_hosts_nor_text()
    {
        await using var studio = await ScrapedStudio.StartAsync();
        await studio.RunTurnsAsync();

        var samples = (await studio.ScrapeAsync()).Where(static sample => sample.Name != "target_info").ToList();

        Assert.NotEmpty(samples);
        string[] allowed =
        [
            "otel_scope_name", "le", "model", "status", "type", "error_type", "tool", "success",
            "gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model", "gen_ai_token_type", "gen_ai_tool_name",
        ];
        Assert.Empty(samples.SelectMany(static sample => sample.Labels.Keys).Distinct().Except(allowed));
        Assert.Equal(
            Enumerable.Range(0, 14).Select(static n => (0.01 * (1 << n)).ToString(CultureInfo.InvariantCulture)).Append("+Inf"),
            samples.Where(static sample => sample.Name == "gen_ai_client_inference_duration_seconds_bucket" && !sample.Labels.ContainsKey("error_type")).Select(static sample => sample.Labels["le"]).Distinct());
    }

    [Fact]
    public async Task OpenMetrics_comes_with_the_trace_of_an_example()
    {
        await using var studio = await ScrapedStudio.StartAsync();
        await studio.RunTurnsAsync();

        using var answer = await studio.AskAsync(accept: "application/openmetrics-text;version=1.0.0");
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal("application/openmetrics-text", answer.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith("# EOF\n", page, StringComparison.Ordinal);
        Assert.Contains(page.Split('\n'), line => line.StartsWith("llm_request_duration_seconds_bucket", StringComparison.Ordinal) && line.Contains($"trace_id=\"{studio.TraceId}\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another-token-than-that")]
    public async Task Without_the_token_nothing_is_told(string? token)
    {
        await using var studio = await ScrapedStudio.StartAsync();

        using var answer = await studio.AskAsync(token);

        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString()));
        Assert.DoesNotContain("target_info", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Old_names_alone_are_scraped_where_the_setting_says_so()
    {
        await using var studio = await ScrapedStudio.StartAsync();
        studio.Settings.UpdateTelemetry(static telemetry => telemetry with { MetricNames = MetricNaming.Old });
        await studio.RunTurnsAsync();

        var names = (await studio.ScrapeAsync()).Where(static sample => sample.Labels.GetValueOrDefault("gen_ai_request_model") is not null && sample.Labels.GetValueOrDefault("error_type") is null).Select(static sample => sample.Name).ToList();

        Assert.Contains("gen_ai_client_token_usage_sum", names);
        Assert.DoesNotContain("gen_ai_client_inference_usage_cache_read_input_tokens_total", names);
    }
}
