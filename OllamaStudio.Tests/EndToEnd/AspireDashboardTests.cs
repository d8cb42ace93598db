using System.Globalization;
using System.Text.Json;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>A turn's spans, metrics and log in a receiver of somebody else's making, read back through its own API. On Linux x64, where that program runs.</summary>
[Collection(BrowserCollection.Name)]
public sealed class AspireDashboardTests(BrowserFixture browser)
{
    [LinuxX64Fact]
    public async Task A_turns_spans_are_there_with_their_names_kinds_parents_and_attributes_and_its_metrics_and_log()
    {
        await using var dashboard = await AspireDashboard.StartAsync();
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()), ("PHOENIX_ENDPOINT", ""), ("OTEL_EXPORTER_OTLP_ENDPOINT", dashboard.TracesUrl[..^"/v1/traces".Length]),
            ("OTEL_METRICS_EXPORTER", "otlp"), ("OTEL_LOGS_EXPORTER", "otlp"), ("OTEL_METRIC_EXPORT_INTERVAL", "500"), ("LOG_LEVEL", "DEBUG"));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("Hello from the studio", "demo-small:latest");
        await page.WaitForReplyAsync("complete");

        var all = await dashboard.WaitForSpansAsync(spans => spans.Any(span => Name(span) == "chat_interaction"));
        var root = all.Single(span => Name(span) == "chat_interaction");
        var trace = (await dashboard.WaitForSpansAsync(spans => spans.Count(span => Text(span, "traceId") == Text(root, "traceId")) == 6))
            .Where(span => Text(span, "traceId") == Text(root, "traceId")).ToDictionary(Name, StringComparer.Ordinal);

        const int Internal = 1, Client = 3;
        AssertSpan("chat_interaction", Internal, null, "AGENT");
        AssertSpan("generate_response", Internal, "chat_interaction", "CHAIN");
        AssertSpan("ollama.chat_streaming", Client, "generate_response", "LLM");
        AssertSpan("ollama_request", Client, "ollama.chat_streaming", "CHAIN");
        AssertSpan("process_streaming_response", Internal, "ollama.chat_streaming", "CHAIN");
        AssertSpan("log_interaction", Internal, "chat_interaction", "CHAIN");
        var call = Attributes(trace["ollama.chat_streaming"]);
        Assert.Equal(("demo-small:latest", "demo-small:latest"), (call["llm.model"], call["gen_ai.request.model"]));
        Assert.Equal("Hello from the studio", call["llm.last_message_preview"]);
        Assert.True(int.Parse(call["llm.tokens_output"], CultureInfo.InvariantCulture) > 0);
        await dashboard.WaitForLogsAsync(lines => lines.Any(line => Text(line, "traceId") == Text(root, "traceId")));
        await dashboard.WaitForResourcesAsync(static all => all.Any(static one => one.GetProperty("hasMetrics").GetBoolean()));

        void AssertSpan(string name, int kind, string? parent, string openInferenceKind)
        {
            var span = trace[name];
            Assert.Equal((kind, parent is null ? "" : Text(trace[parent], "spanId")), (span.GetProperty("kind").GetInt32(), Text(span, "parentSpanId")));
            Assert.Equal((openInferenceKind, Attributes(root)["session.id"]), (Attributes(span)["openinference.span.kind"], Attributes(span)["session.id"]));
            Assert.True(ulong.Parse(Text(span, "endTimeUnixNano"), CultureInfo.InvariantCulture) >= ulong.Parse(Text(span, "startTimeUnixNano"), CultureInfo.InvariantCulture));
        }
    }

    private static string Name(JsonElement span) => Text(span, "name");

    private static string Text(JsonElement element, string property) => element.TryGetProperty(property, out var value) ? value.GetString() ?? "" : "";

    // The dashboard keeps every value as text.
    private static Dictionary<string, string> Attributes(JsonElement span) => span.GetProperty("attributes").EnumerateArray()
        .ToDictionary(pair => Text(pair, "key"), pair => Text(pair.GetProperty("value"), "stringValue"), StringComparer.Ordinal);
}
