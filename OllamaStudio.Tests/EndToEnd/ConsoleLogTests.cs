using System.Text.Json;
using System.Text.RegularExpressions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>What the studio's own process writes to its console.</summary>
public sealed class ConsoleLogTests
{
    [Fact]
    public async Task As_json_each_line_is_an_object_with_the_trace_and_the_span()
    {
        var line = await LineOfARequestAsync("json", static line => line.Contains("Request starting", StringComparison.Ordinal));

        using var json = JsonDocument.Parse(line);
        Assert.Equal("Information", json.RootElement.GetProperty("LogLevel").GetString());
        var scopes = json.RootElement.GetProperty("Scopes").EnumerateArray().Where(static scope => scope.ValueKind is JsonValueKind.Object).ToList();
        Assert.Contains(scopes, static scope => scope.TryGetProperty("TraceId", out var id) && id.GetString()!.Length == 32);
        Assert.Contains(scopes, static scope => scope.TryGetProperty("SpanId", out var id) && id.GetString()!.Length == 16);
    }

    [Fact]
    public async Task As_text_for_people_a_line_names_the_trace_and_the_span()
    {
        var line = await LineOfARequestAsync("simple", static line => line.Contains("TraceId:", StringComparison.Ordinal));

        Assert.Matches(new Regex("SpanId:[0-9a-f]{16}, TraceId:[0-9a-f]{32}", RegexOptions.None, TimeSpan.FromSeconds(1)), line);
    }

    private static async Task<string> LineOfARequestAsync(string formatter, Func<string, bool> isIt)
    {
        await using var studio = await StudioProcess.StartAloneAsync(("Logging__LogLevel__Microsoft", "Information"), ("Logging__Console__FormatterName", formatter));
        using (var client = studio.CreateClient())
        {
            using var answer = await client.GetAsync("/healthz");
        }

        await studio.WaitForLinesAsync(1, isIt);
        return studio.Lines.First(isIt);
    }
}
