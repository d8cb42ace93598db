using System.Globalization;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>The figures below a reply. What is unknown is left out, never written as 0.</summary>
public static class StatsText
{
    /// <summary>Such as <c>42.1 tok/s · first token 0.8 s · 1.2k in · 356 out · $0.0012</c>; empty where nothing is known.</summary>
    public static string Of(MessageRecord message)
    {
        var stats = message.Stats;
        if (stats is null)
        {
            // One that was interrupted: as far as it was stored.
            return message is { State: MessageState.Interrupted, Pace: { } stored } ? PaceText.Of(stored) : "";
        }

        var parts = new List<string>(5);
        if (stats.TokensPerSecond is { } rate)
        {
            parts.Add(CountText.Rate(rate));
        }
        else if (stats.OutputTokens is null && message.Pace is { } pace)
        {
            // Ollama sends its counts with the last chunk, which a stopped or failed reply does not have.
            parts.Add(PaceText.Of(pace));
        }

        if (stats.TimeToFirstChunk is { } first)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"first token {first.TotalSeconds:0.0#} s"));
        }

        if (stats.InputTokens is { } input)
        {
            parts.Add(stats.CachedTokens is { } cached and > 0 ? $"{CountText.Brief(input)} in ({CountText.Brief(cached)} cached)" : $"{CountText.Brief(input)} in");
        }

        if (stats.OutputTokens is { } output)
        {
            parts.Add($"{CountText.Brief(output)} out");
        }

        if (stats.Cost is { } cost)
        {
            parts.Add(CostText.Dollars(cost));
        }

        if (message.FinishReason is "length")
        {
            parts.Add("cut at the token limit");
        }

        return string.Join(" · ", parts);
    }
}
