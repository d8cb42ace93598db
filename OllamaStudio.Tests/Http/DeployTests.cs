using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Insights.Alerts;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Telemetry;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;

namespace OllamaStudio.Tests.Http;

/// <summary>That what lies in <c>deploy/</c> fits the studio of today.</summary>
[Collection("telemetry")]
public sealed partial class DeployTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "deploy");

    [Fact]
    public async Task The_dashboard_and_the_rules_ask_for_what_the_page_of_metrics_has()
    {
        await using var studio = await ScrapedStudio.StartAsync();
        await studio.RunTurnsAsync();
        var page = (await studio.ScrapeAsync()).Select(static sample => sample.Name).ToHashSet(StringComparer.Ordinal);
        var rules = await File.ReadAllTextAsync(Path.Combine(s_folder, "prometheus", "rules.yaml"));

        var asked = Metric().Matches(string.Join('\n', await DashboardQueries.ReadAsync()) + rules).Select(static match => match.Value).Where(static name => name != "gen_ai_request_model").ToHashSet(StringComparer.Ordinal); // a label

        Assert.True(asked.Count > 15, $"{asked.Count} names");
        Assert.Empty(asked.Except(["llm_model_vram_bytes", "llm_model_loaded"], StringComparer.Ordinal).Except(page, StringComparer.Ordinal)); // those two need a server
        Assert.Contains((await studio.ScrapeAsync()).Where(static sample => sample.Name == "llm_agent_iterations_bucket"), static sample => sample.Labels["le"] == "8");
    }

    [Fact]
    public async Task The_Collector_lets_nothing_through_of_what_was_said()
    {
        var patterns = Pattern().Matches(await File.ReadAllTextAsync(Path.Combine(s_folder, "collector.yaml")))
            .Select(static match => new Regex(match.Groups["regex"].Value.Replace(@"\\", @"\", StringComparison.Ordinal), RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))).ToList();
        using var turn = new TurnFixture();
        turn.Settings.UpdateTelemetry(settings => settings with { Capture = CaptureLevel.Full });
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create((string text) => text, "echo", "SECRET-DESCRIPTION")] };
        ChatMessage[] messages =
        [
            new(ChatRole.System, "SECRET-SYSTEM"),
            new(ChatRole.User, "SECRET-HISTORY"),
            new(ChatRole.Assistant, [new TextReasoningContent("SECRET-THOUGHT"), new FunctionCallContent("c0", "echo", new Dictionary<string, object?> { ["text"] = "SECRET-ARGUMENT" })]),
            new(ChatRole.Tool, [new FunctionResultContent("c0", "SECRET-RESULT")]),
            new(ChatRole.User, "SECRET-QUESTION"),
        ];

        await turn.RunAsync(
            new ScriptedChatClient(
                Think("SECRET-THOUGHT"), Say("SECRET-ANSWER"), Call("echo", "call_1", ("text", "SECRET-ARGUMENT")),
                Throw(new OllamaException(OllamaErrorKind.ServerFailed, "SECRET-ERROR"))),
            options: options, messages: messages);

        var attributes = turn.Spans.Ended.SelectMany(static span => span.TagObjects).ToList();
        var left = attributes.Where(attribute => !patterns.Exists(pattern => pattern.IsMatch(attribute.Key))).ToList();
        Assert.Contains(attributes, static attribute => attribute.Value is string text && text.Contains("SECRET", StringComparison.Ordinal));
        Assert.DoesNotContain(left, static attribute => attribute.Value is string text && text.Contains("SECRET", StringComparison.Ordinal));
        Assert.Contains(left, static attribute => attribute.Key == "gen_ai.request.model");
        Assert.DoesNotContain(
            turn.Spans.Ended.SelectMany(static span => span.Events).SelectMany(static one => one.Tags).Where(tag => !patterns.Exists(pattern => pattern.IsMatch(tag.Key))),
            static tag => tag.Value is string text && text.Contains("SECRET", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("errors", "OllamaStudioErrors", "> 0.05")]
    [InlineData("end_to_end", "OllamaStudioSlowTurns", "> 30")]
    [InlineData("latency", "OllamaStudioSlowCalls", "> 20")]
    [InlineData("iterations", "OllamaStudioLoops", "{le=~\"8|8.0\"}")]
    [InlineData("tool_success", "OllamaStudioTools", "< 0.9")]
    [InlineData("context", "OllamaStudioContext", "> 0.9")]
    [InlineData("cost_rate", "OllamaStudioCost", "* 4 > 1\n")]
    public async Task Every_rule_that_a_metric_can_tell_is_there_with_its_limit(string kind, string alert, string limit)
    {
        var rules = (await File.ReadAllTextAsync(Path.Combine(s_folder, "prometheus", "rules.yaml"))).Split("- alert: ").Single(rule => rule.StartsWith(alert + "\n", StringComparison.Ordinal));
        var rule = AlertKind.Find(kind)!;

        Assert.Contains(limit, rules, StringComparison.Ordinal);
        Assert.Contains(rule.Threshold.ToString(System.Globalization.CultureInfo.InvariantCulture).TrimEnd('0'), limit.Replace(".", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains($"[{rule.Default.WindowMinutes}m]", rules, StringComparison.Ordinal);
        Assert.Contains($">= {rule.Default.LeastCount}", rules, StringComparison.Ordinal);
        Assert.Contains($"for: {rule.Default.HoldMinutes}m", rules, StringComparison.Ordinal);
        Assert.Equal(["export"], AlertKind.All.Select(static one => one.Id).Except(["errors", "end_to_end", "latency", "iterations", "tool_success", "context", "cost_rate"], StringComparer.Ordinal));
    }

    [GeneratedRegex(@"\b(llm|gen_ai)_[a-z_]+(?=[{\[)\s])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Metric();

    [GeneratedRegex(@"delete_matching_keys\(attributes, ""(?<regex>[^""]+)""\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pattern();
}
