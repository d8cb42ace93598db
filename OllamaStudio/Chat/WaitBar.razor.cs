using System.Globalization;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>Where the wait for a reply went, as a thin bar, and in a sentence where one stretch took most of it.</summary>
public partial class WaitBar
{
    [Parameter, EditorRequired]
    public required TurnStats Stats { get; set; }

    private WaitBreakdown? Breakdown => WaitBreakdown.From(Stats);

    private static string Summary(WaitBreakdown wait) =>
        "Where the wait went: " + string.Join(", ", wait.Stretches.Select(stretch => $"{Words(stretch.Kind)} {DurationText.Of(stretch.Duration)}"));

    private static string Grow(WaitBreakdown wait, WaitStretch stretch) => wait.ShareOf(stretch).ToString("0.####", CultureInfo.InvariantCulture);

    private static string Percent(double share) => share.ToString("0 %", CultureInfo.InvariantCulture);

    private static string Class(WaitKind kind) => kind switch
    {
        WaitKind.BeforeFirstToken => "untold",
        WaitKind.Queue => "queue",
        WaitKind.Loading => "load",
        WaitKind.ReadingPrompt => "prompt",
        WaitKind.Thinking => "think",
        WaitKind.WaitingForPerson => "person",
        WaitKind.UsingTools => "tools",
        _ => "answer",
    };

    private static string Words(WaitKind kind) => kind switch
    {
        WaitKind.BeforeFirstToken => "waiting for the first token",
        WaitKind.Queue => "the queue",
        WaitKind.Loading => "loading the model",
        WaitKind.ReadingPrompt => "reading the prompt",
        WaitKind.Thinking => "thinking",
        WaitKind.WaitingForPerson => "waiting for you",
        WaitKind.UsingTools => "using tools",
        _ => "answering",
    };
}
