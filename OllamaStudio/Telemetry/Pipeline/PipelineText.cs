using OllamaStudio.Core.Export;
using OllamaStudio.Shared;

namespace OllamaStudio.Telemetry.Pipeline;

/// <summary>The pipeline in sentences.</summary>
internal static class PipelineText
{
    /// <summary>The one that counts most.</summary>
    public static string Headline(PipelineData data) =>
        data.State is ExportState.Off ? (data.Pushes.IsEmpty ? "Nothing leaves the studio" : "No span leaves the studio")
        : data.Lost > 0 ? $"{CountText.Of(data.Lost, "span")} {(data.Lost == 1 ? "is" : "are")} lost"
        : data.Destinations.Sum(static destination => destination.SetAside) is > 0 and var broken ? $"The spans of {CountText.Of(broken, "broken file")} are lost"
        : "No span is lost";

    /// <summary>What else to know.</summary>
    public static string Detail(PipelineData data)
    {
        var (waiting, count) = (data.Destinations.Sum(static destination => destination.Waiting ?? 0), data.Destinations.Length);
        if (data.State is ExportState.Off || count == 0)
        {
            return waiting == 0 ? "Export is switched off: spans stay here." : $"Export is switched off. {CountText.Of(waiting, "span")} {(waiting == 1 ? "waits" : "wait")} until it is on again, on disk for three days at most.";
        }

        var waits = waiting == 0 ? "" : $" {CountText.Of(waiting, "span")} {(waiting == 1 ? "waits" : "wait")}.";
        var failing = data.Destinations.Where(static destination => destination.IsFailing).ToList();
        return failing.Count > 0 ? $"{(count == 1 ? failing[0].Name : $"{Number(failing.Count)} of {Number(count).ToLowerInvariant()} destinations")} {(failing.Count == 1 ? "is" : "are")} failing.{waits}"
            : data.Destinations.FirstOrDefault(static destination => destination.Status.State is ExportState.Waiting) is { } nobody ? $"{ReceiverText.NotThere(nobody.Status.Endpoint)}.{waits}"
            : waiting > 0 ? $"{CountText.Of(waiting, "span")} {(waiting == 1 ? "is" : "are")} on {(waiting == 1 ? "its" : "their")} way."
            : data.Destinations.Any(static destination => destination.Sent > 0) ? "All that was to be sent has been accepted."
            : "Nothing was to be sent yet.";
    }

    /// <summary>Below what waits.</summary>
    public static string Waiting(PipelineDestination destination)
    {
        string?[] parts =
        [
            destination.QueueSize is { } size && (destination.SpoolBytes ?? 0) == 0 ? $"of {CountText.Full(size)}" : null,
            destination.SpoolBytes is > 0 and var bytes ? $"{ByteText.Of(bytes)} on disk" : null,
            destination.Found is > 0 and var found ? $"{CountText.Full(found)} came from disk" : null,
            destination.SetAside is > 0 and var broken ? $"{CountText.Of(broken, "broken file")} set aside" : null,
            destination.Blocked is > 0 and var blocked ? $"{CountText.Full(blocked)} refused for now" : null,
        ];
        return string.Join(" · ", parts.OfType<string>());
    }

    /// <summary>Below what was sent.</summary>
    /// <param name="destination">Whose.</param>
    /// <param name="when">Writes a moment.</param>
    public static string Sent(PipelineDestination destination, Func<DateTimeOffset, string> when)
    {
        string?[] parts =
        [
            destination.Dropped is > 0 and var dropped ? $"{CountText.Full(dropped)} dropped" : null,
            destination.Refused is > 0 and var refused ? $"{CountText.Full(refused)} refused" : null,
            destination.Expired is > 0 and var expired ? $"{CountText.Full(expired)} expired" : null,
            destination.Resent is > 0 and var again ? $"{CountText.Full(again)} sent again" : null,
        ];
        return string.Join(" · ", parts.OfType<string>()) is { Length: > 0 } said ? said
            : destination.Status.LastSuccess is { } last ? (destination.IsFailing ? $"last at {when(last)}" : "accepted")
            : "none accepted yet";
    }

    private static string Number(int count) => count switch { 1 => "One", 2 => "Two", 3 => "Three", 4 => "Four", 5 => "Five", _ => CountText.Full(count) };
}
