using System.Globalization;

namespace OllamaStudio.Core.Chat.Parameters;

/// <summary>
/// The variables that the studio itself fills in: <c>{{date}}</c>, the day as <c>2026-11-27</c>, and <c>{{model}}</c>, the model's name.
/// No time of day: a prompt that is another one every minute would have to be read anew each turn.
/// </summary>
public static class PromptVariables
{
    /// <summary>The text with them filled in; all else in double braces stays as it is.</summary>
    /// <param name="text">The text.</param>
    /// <param name="model">The model that is asked.</param>
    /// <param name="now">Now, in the person's own time.</param>
    public static string Fill(string text, string model, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text
            .Replace("{{date}}", now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), StringComparison.OrdinalIgnoreCase)
            .Replace("{{model}}", model, StringComparison.OrdinalIgnoreCase);
    }
}
