using OllamaStudio.Core.Export;
using OllamaStudio.Core.Export.Push;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Shared;

/// <summary>How metrics or logs stand at a destination, in a sentence.</summary>
public static class SignalText
{
    /// <summary>The sentence; null where they are not sent there.</summary>
    /// <param name="status">How they stand.</param>
    /// <param name="when">Writes a moment.</param>
    public static string? Of(SignalStatus status, Func<DateTimeOffset, string> when)
    {
        ArgumentNullException.ThrowIfNull(status);
        ArgumentNullException.ThrowIfNull(when);
        return status switch
        {
            { State: ExportState.Off } => null,
            { State: ExportState.Failing } => $"{status.Signal}: {(status.LastFailure is { } failed ? $"{when(failed)}: " : "")}{status.LastError}{Counts(status, ". ")}",
            { State: ExportState.Waiting } => $"{status.Signal}: {ReceiverText.NotThere(status.Endpoint)}; what is made until then is lost.",
            { LastSuccess: { } last } => $"{status.Signal}:{Counts(status, " ")} Last success: {when(last)}.",
            _ => $"{status.Signal}: nothing sent yet.",
        };
    }

    // What there is none of is not said.
    private static string Counts(SignalStatus status, string before)
    {
        (long Count, string Of)[] counts = [(status.Sent, "sent"), (status.Failed, "lost"), (status.Dropped, "dropped")];
        var item = status.Signal is TelemetrySignal.Metrics ? "push" : "line";
        var some = counts.Where(static each => each.Count > 0).Select((each, i) => i > 0 ? $"{CountText.Full(each.Count)} {each.Of}"
            : $"{CountText.Full(each.Count)} {(each.Count == 1 ? item : item is "push" ? "pushes" : "lines")} {each.Of}");
        return string.Join(", ", some) is { Length: > 0 } text ? $"{before}{text}." : "";
    }
}
