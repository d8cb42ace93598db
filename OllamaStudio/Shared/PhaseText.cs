using System.Globalization;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Shared;

/// <summary>The phases of a wait in words and as keys of their colours: the same in message, live row, waterfall and list.</summary>
public static class PhaseText
{
    /// <summary>The value of <c>data-phase</c>, on which the colour hangs.</summary>
    public static string Key(WaitKind kind) => kind switch
    {
        WaitKind.Queue => "queue",
        WaitKind.Loading => "load",
        WaitKind.ReadingPrompt => "reading",
        WaitKind.Thinking => "thinking",
        WaitKind.WaitingForPerson => "you",
        WaitKind.UsingTools => "tools",
        WaitKind.Answering => "answering",
        _ => "other",
    };

    /// <summary>Its name.</summary>
    public static string Of(WaitKind kind) => kind switch
    {
        WaitKind.Queue => "Queue",
        WaitKind.Loading => "Loading",
        WaitKind.ReadingPrompt => "Reading the prompt",
        WaitKind.Thinking => "Thinking",
        WaitKind.WaitingForPerson => "Waiting for you",
        WaitKind.UsingTools => "Tools",
        WaitKind.Answering => "Answering",
        _ => "Waiting for the first token",
    };

    /// <summary>All of it in a sentence.</summary>
    public static string Summary(WaitBreakdown wait, string lead)
    {
        ArgumentNullException.ThrowIfNull(wait);
        return $"{lead}: " + string.Join(", ", wait.Stretches.Select(stretch => $"{Of(stretch.Kind).ToLowerInvariant()} {DurationText.Of(stretch.Duration)}"));
    }

    /// <summary>A stretch's share of a bar, as inline style.</summary>
    public static string Grow(WaitBreakdown wait, WaitStretch stretch)
    {
        ArgumentNullException.ThrowIfNull(wait);
        return string.Create(CultureInfo.InvariantCulture, $"--w:{wait.ShareOf(stretch):0.####}");
    }
}
