using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Http;

/// <summary>A real Prometheus scrapes the studio with its token and answers the queries of docs/metrics.md. Where it is installed.</summary>
[Collection("telemetry")]
public sealed class PrometheusTests
{
    [PrometheusFact]
    public async Task Promtool_finds_nothing_to_say_of_the_page()
    {
        await using var studio = await ScrapedStudio.StartAsync();
        await studio.RunTurnsAsync();
        using var answer = await studio.AskAsync();
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("llm_requests_total", page, StringComparison.Ordinal);

        Assert.Equal((0, ""), await Prometheus.CheckMetricsAsync(page));
    }

    [PrometheusFact]
    public async Task Every_query_of_the_document_is_answered()
    {
        var queries = await QueriesAsync();
        Assert.True(queries.Count >= 10);
        using var told = StudioMetrics.WatchModels(new ToldModels(static () => new() { Kind = ServerKind.Ollama, State = ServerState.Up, Running = [new() { Name = "in-memory:1b", SizeVram = 4_000_000_000 }] }).Look);
        await using var studio = await ScrapedStudio.StartAsync();
        await studio.RunTurnsAsync();
        await using var prometheus = await Prometheus.StartAsync(studio.Address, ScrapedStudio.Token);
        await prometheus.WaitAsync("llm_requests_total{status=\"success\"}", static values => values.Count > 0);

        // A rate is that of what happens between two scrapes.
        await studio.RunTurnsAsync();
        await prometheus.WaitAsync("sum(rate(llm_requests_total[5m]))", static values => values is [> 0]);

        foreach (var query in queries)
        {
            var values = await prometheus.WaitAsync(query, values => values.Any(value => value > 0 || query.Contains("llm_queue_size", StringComparison.Ordinal))); // nobody waits
            Assert.True(!query.Contains(" / ", StringComparison.Ordinal) || query.Contains("per_second", StringComparison.Ordinal) || values.All(static value => value is >= 0 and <= 1), $"{query}: {string.Join(", ", values)}");
        }

        Assert.Equal(4_000_000_000, Assert.Single(await prometheus.WaitAsync("llm_model_vram_bytes{model=\"in-memory:1b\"}", static values => values.Count > 0)));
        Assert.Contains(studio.TraceId, await prometheus.ExemplarTracesAsync("llm_request_duration_seconds_bucket"));
    }

    [PrometheusFact]
    public async Task Promtool_can_read_the_configuration() =>
        Assert.Equal(0, (await Prometheus.CheckConfigAsync(Path.Combine(Repository.Root, "deploy", "prometheus", "prometheus.yaml"))).ExitCode);

    [PrometheusFact]
    public async Task Promtool_finds_nothing_to_say_of_the_rules() =>
        Assert.Equal(0, (await Prometheus.CheckRulesAsync(Path.Combine(Repository.Root, "deploy", "prometheus", "rules.yaml"))).ExitCode);

    // Those of the document, and those that the dashboard draws.
    private static async Task<IReadOnlyList<string>> QueriesAsync()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "docs", "metrics.md"));
        var documented = lines.Index().Where(line => line.Item == "```promql").Select(line => lines[line.Index + 1]);
        return [.. documented.Concat(await DashboardQueries.ReadAsync()).Distinct(StringComparer.Ordinal)];
    }
}
