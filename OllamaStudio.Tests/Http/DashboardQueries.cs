using System.Text.Json;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Http;

/// <summary>What the dashboard of <c>deploy/</c> asks Prometheus.</summary>
internal static class DashboardQueries
{
    /// <summary>Its queries, with five minutes in the place of the span that Grafana fills in.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync()
    {
        using var board = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "grafana", "ollama-studio.json")));
        return [.. from panel in board.RootElement.GetProperty("panels").EnumerateArray()
                   from target in panel.GetProperty("targets").EnumerateArray()
                   select target.GetProperty("expr").GetString()!.Replace("$__rate_interval", "5m", StringComparison.Ordinal)];
    }
}
