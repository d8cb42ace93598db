using System.Globalization;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>Several models beside each other, in words.</summary>
public static class SideBySideText
{
    /// <summary>Names in a row: <c>a, b and c</c>.</summary>
    public static string Names(IEnumerable<string> models)
    {
        string[] names = [.. models.Select(ModelNames.Display)];
        return names is [.. var before, var last] && before.Length > 0 ? $"{string.Join(", ", before)} and {last}" : string.Concat(names);
    }

    /// <summary>How they are asked.</summary>
    public static string How(bool isAtOnce) => isAtOnce ? "at once" : "one after the other";

    /// <summary>How a column stands, in a word or two; for a reply that is being written nothing, its own line says more.</summary>
    public static string State(SideBySideColumn column) => column switch
    {
        { IsWaiting: true } => "Waiting for its turn",
        { Reply: null } => "Not asked",
        { Reply.State: MessageState.Failed } => "Failed",
        { Reply.State: MessageState.Stopped } => "Stopped",
        { Reply.State: MessageState.Interrupted } => "Interrupted",
        { Reply.State: MessageState.Streaming } => "",
        _ => "Complete",
    };

    /// <summary>What screen readers hear of what changed, of each column; null where nothing ended or began.</summary>
    public static string? Announcement(SideBySide? before, SideBySide now)
    {
        List<string> told = [];
        foreach (var (index, column) in now.Columns.Index())
        {
            var was = before?.PromptId == now.PromptId ? before.Columns.ElementAtOrDefault(index)?.Reply : null;
            if (column.Reply is { } reply && (was?.Id != reply.Id || was.State != reply.State))
            {
                told.Add($"{ModelNames.Display(column.Model)}: {(reply.IsStreaming ? "generating" : State(column).ToLowerInvariant())}");
            }

            if (column.Reply?.Asking is { } asking && was?.Asking?.Id != asking.Id)
            {
                told.Add($"{ModelNames.Display(column.Model)}: the tool {asking.Name} asks whether it may run");
            }
        }

        return told.Count == 0 ? null : string.Join("; ", told);
    }

    /// <summary>The figures of a reply with their names; what is unknown is left out.</summary>
    public static IEnumerable<(string Name, string Figure, string? Tip)> Figures(MessageRecord reply)
    {
        var stats = reply.Stats;
        if (stats?.TimeToFirstChunk is { } first)
        {
            yield return ("First token", Seconds(first), stats.LoadDuration is { } load && load.TotalSeconds >= 0.1 ? $"{Seconds(load)} of it was loading the model" : null);
        }

        if (stats?.TokensPerSecond is { } rate)
        {
            yield return ("Speed", CountText.Rate(rate), null);
        }
        else if (reply is { IsStreaming: false, Pace: { } pace } && stats?.OutputTokens is null)
        {
            yield return ("Speed", PaceText.Of(pace), "Ollama sends its counts with the last chunk, which did not come");
        }

        if (stats?.InputTokens is not null || stats?.OutputTokens is not null)
        {
            var parts = new[] { stats.InputTokens is { } input ? $"{CountText.Brief(input)} in" : null, stats.OutputTokens is { } output ? $"{CountText.Brief(output)} out" : null };
            yield return ("Tokens", string.Join(" · ", parts.OfType<string>()), stats.CachedTokens is { } cached and > 0 ? $"{CountText.Full(cached)} of the prompt came from the cache" : null);
        }

        if (stats?.Cost is { } cost)
        {
            yield return ("Cost", CostText.Dollars(cost), "By the price that the model had then");
        }

        if (stats?.Duration is { } duration)
        {
            yield return ("Whole reply", DurationText.Of(duration), null);
        }
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0#} s");
}
