using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Insights.Alerts;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Telemetry;
using OllamaStudio.Tests.Tools;
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
        var statements = (await File.ReadAllTextAsync(Path.Combine(s_folder, "collector.yaml"))).Split("- context: spanevent");
        var (ofSpans, ofEvents) = (Patterns(statements[0]), Patterns(statements[1]));
        var renamed = Rename().Match(statements[0]);
        using var turn = new TurnFixture();
        using var agent = new AgentFixture { Messages = [new ChatMessage(ChatRole.User, "SECRET-QUESTION")], Person = static (_, _) => Task.FromResult(ToolAnswer.AllowOnce) };
        turn.Settings.UpdateTelemetry(static settings => settings with { Capture = CaptureLevel.Full });
        agent.Settings.UpdateTelemetry(static settings => settings with { Capture = CaptureLevel.Full });
        var options = new ChatOptions
        {
            StopSequences = ["SECRET-STOP"],
            ResponseFormat = ChatResponseFormat.ForJsonSchema(System.Text.Json.JsonElement.Parse("""{"title":"SECRET-SCHEMA"}""")),
            AdditionalProperties = new() { ["note"] = "SECRET-OPTION" },
            Tools = [AIFunctionFactory.Create((string text) => text, "echo", "SECRET-DESCRIPTION")],
        };
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
                Think("SECRET-THOUGHT"), Say("SECRET-ANSWER"), Call("echo", "call_1", ("text", "SECRET-ARGUMENT")), Call("SECRET-TOOL", "SECRET-CALL"),
                Throw(new OllamaException(OllamaErrorKind.ServerFailed, "SECRET-ERROR"))),
            options: options, messages: messages);
        agent.Offer("write", static () => "SECRET-RESULT", readOnly: false);
        await agent.RunAsync([.. AgentFixture.Call("write", "SECRET-CALL"), .. AgentFixture.Call("SECRET-TOOL", "SECRET-OTHER-CALL")], AgentFixture.Say("SECRET-ANSWER"));

        Activity[] spans = [.. turn.Spans.Ended, .. agent.Spans.Ended];
        var attributes = spans.SelectMany(static span => span.TagObjects).ToList();
        var left = attributes.Where(attribute => !ofSpans.Exists(pattern => pattern.IsMatch(attribute.Key))).ToList();
        var events = spans.SelectMany(static span => span.Events).ToList();
        Assert.Contains(attributes, static attribute => Tells(attribute.Value));
        Assert.DoesNotContain(left, static attribute => Tells(attribute.Value));
        Assert.Contains(left, static attribute => attribute.Key == "gen_ai.request.model");
        Assert.Contains(events, static one => one.Tags.Any(static tag => Tells(tag.Value)));
        Assert.DoesNotContain(events.SelectMany(static one => one.Tags).Where(tag => !ofEvents.Exists(pattern => pattern.IsMatch(tag.Key))), static tag => Tells(tag.Value));
        Assert.DoesNotContain(events, static one => Tells(one.Name));

        // What is left of a name that was changed.
        Assert.Contains(spans, static span => Tells(span.DisplayName));
        Assert.DoesNotContain(
            spans.Select(span => ToRegex(renamed.Groups["regex"].Value).IsMatch(span.DisplayName) ? renamed.Groups["to"].Value : span.DisplayName), static name => Tells(name));
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

    private static bool Tells(object? value) => (value is string[] texts ? string.Concat(texts) : value as string)?.Contains("SECRET", StringComparison.Ordinal) == true;

    private static List<Regex> Patterns(string statements) => [.. Pattern().Matches(statements).Select(static match => ToRegex(match.Groups["regex"].Value))];

    private static Regex ToRegex(string inYaml) => new(inYaml.Replace(@"\\", @"\", StringComparison.Ordinal), RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"set\(name, ""(?<to>[^""]+)""\) where IsMatch\(name, ""(?<regex>[^""]+)""\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rename();

    [GeneratedRegex(@"delete_matching_keys\(attributes, ""(?<regex>[^""]+)""\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pattern();
}
