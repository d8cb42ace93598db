using OllamaStudio.Core.Insights.Forecasts;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>What is said of a reply that is silent.</summary>
public static class SilenceText
{
    /// <summary>The verdict in a few words; null while the server is being asked.</summary>
    public static string? Head(SilenceVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        return verdict.State switch
        {
            SilenceState.NoAnswer => "Stuck? The server does not answer.",
            SilenceState.Stuck => "Stuck? The server answers, the model does not.",
            SilenceState.Slow => "Slow, but alive:",
            _ => null,
        };
    }

    /// <summary>Why, with the numbers.</summary>
    public static string Reason(SilenceVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        var silent = DurationText.Lasting(verdict.Silent);
        var what = verdict.IsWriting ? "between two pieces" : "for the first token";
        return verdict.State switch
        {
            SilenceState.NoAnswer => $"Nothing for {silent}, and no answer to a question within {DurationText.Lasting(ServerPulse.Limit)} either. It may be overloaded, asleep, or gone: Ollama in the status bar checks it again.",
            SilenceState.Stuck => $"{silent} {what} is longer than 99 of 100 waits here ({Long(verdict.Usual!.Value)}).{Memory(verdict)} Stop it, and try again.",
            SilenceState.Slow when verdict.IsBehind => "the server answers, and works on another reply first. Keep waiting, or press Stop.",
            SilenceState.Slow when verdict.Usual >= verdict.Silent => $"the server answers; {silent} {what} is no longer than 99 of 100 waits here ({Long(verdict.Usual.Value)}). Keep waiting, or press Stop.",
            SilenceState.Slow when verdict.Expected >= verdict.Silent => $"the server answers; the forecast for a prompt this long was {Long(verdict.Expected.Value)}. Keep waiting, or press Stop.",
            SilenceState.Slow when verdict.Expected is { } expected => $"the server answers, but nothing has come for {silent}; the forecast was {ForecastText.Tenths(expected)}.{Memory(verdict)} A model that loads, or reads a long prompt, may take minutes; else stop it, and try again.",
            SilenceState.Slow => $"the server answers. Nothing for {silent}; how long this usually takes is not known yet.{Memory(verdict)} Keep waiting, or press Stop and try again.",
            _ => $"Nothing for {silent}. Asking the server whether it is there…",
        };
    }

    // Rounded up, so that what is within it also reads so.
    private static string Long(TimeSpan duration) => DurationText.Lasting(TimeSpan.FromSeconds(Math.Ceiling(duration.TotalSeconds)));

    private static string Memory(SilenceVerdict verdict) => verdict switch
    {
        { IsWriting: true } or { IsLoaded: null } => "",
        { IsLoaded: true } => " The model is in memory.",
        { OtherInMemory: { } other } => $" The model is not in memory; {ModelNames.Display(other)} is, and may have to leave first.",
        _ => " The model is not in memory yet.",
    };
}
