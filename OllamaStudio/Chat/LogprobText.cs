using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>How token probabilities are said and shaded.</summary>
public static class LogprobText
{
    /// <summary>Most tokens that are drawn at once; the others on request.</summary>
    public const int MostDrawn = 2_000;

    /// <summary>The shades, from the one that is none: the least probability of each, and its words in the legend.</summary>
    public static ImmutableArray<(double Least, string Words)> Levels { get; } =
        [(0.9, "90 % and more"), (0.5, "50 to 90 %"), (0.2, "20 to 50 %"), (0, "below 20 %")];

    /// <summary>The shade of a token: an index of <see cref="Levels"/>.</summary>
    public static int LevelOf(TokenProbability token)
    {
        ArgumentNullException.ThrowIfNull(token);
        var level = 0;
        while (level < Levels.Length - 1 && token.Probability < Levels[level].Least)
        {
            level++;
        }

        return level;
    }

    /// <summary>A probability in percent, never 0 and 100 only where it is nearly certain: <c>93.2 %</c>, <c>below 0.1 %</c>.</summary>
    public static string Percent(double probability) => probability switch
    {
        < 0.001 => "below 0.1 %",
        >= 0.9995 => "about 100 %",
        _ => string.Create(CultureInfo.InvariantCulture, $"{probability * 100:0.#} %"),
    };

    /// <summary>What is said of a token beside its text.</summary>
    public static string Likelihood(TokenProbability token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return Percent(token.Probability) + (token.Others.IsEmpty ? token.Probability > 1 - ReplyLogprobs.LeastKept ? ", and nothing else above 1 %" : "" : "; instead:");
    }

    /// <summary>The others in its place as JSON, for the page's script: <c>[["or","4.1 %"]]</c>; null for none.</summary>
    public static string? Others(TokenProbability token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return token.Others.IsEmpty ? null : JsonSerializer.Serialize(token.Others.Select(static other => new[] { Visible(other.Token), Percent(other.Probability) }));
    }

    /// <summary>A token's text with what cannot be seen made visible.</summary>
    public static string Visible(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "⏎", StringComparison.Ordinal).Replace("\t", "⇥", StringComparison.Ordinal);
    }

    /// <summary>Whether a token has nothing that a reader would read out.</summary>
    public static bool IsBlank(string text) => string.IsNullOrWhiteSpace(text);

    /// <summary>The name of a token that is blank.</summary>
    public static string NameOfBlank(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Contains('\n', StringComparison.Ordinal) ? "line break" : "space";
    }

    /// <summary>Which part of the text nothing is known of, in a sentence; null where all is.</summary>
    /// <param name="unknown">Characters.</param>
    public static string? Unknown(int unknown) => unknown == 0 ? null : $"No probabilities are known for {CountText.Of(unknown, "character")}.";
}
