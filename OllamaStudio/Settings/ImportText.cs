using System.Globalization;
using Microsoft.JSInterop;
using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Shared;

namespace OllamaStudio.Settings;

/// <summary>What came of an import, in words.</summary>
public static class ImportText
{
    /// <summary>What was taken, in a sentence or two.</summary>
    public static string Summary(ImportReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        string?[] parts =
        [
            Part(report.Added, "new conversation"),
            report.Changed > 0 ? $"{CountText.Of(report.Changed, "conversation")} with more or newer messages" : null,
            report.Unchanged > 0 ? $"{CountText.Of(report.Unchanged, "conversation")} that {(report.Unchanged == 1 ? "was" : "were")} here already" : null,
            Part(report.Spans, "span"),
            report.KnownSpans > 0 ? $"{CountText.Of(report.KnownSpans, "span")} that {(report.KnownSpans == 1 ? "was" : "were")} here already" : null,
            Part(report.Settings, "setting"),
        ];
        var taken = parts.OfType<string>().ToList();
        return string.Join(' ', new[]
        {
            report.Fault is { } fault ? $"It ended before its time: {Describe(fault)} What was taken stays; the same import goes on with the rest." : null,
            report.IsCancelled ? "Stopped. What was taken stays; the same import goes on with the rest." : null,
            taken.Count == 0 ? "There was nothing to import." : $"Imported: {string.Join(", ", taken)}.",
            report.OldSpans > 0 ? $"{CountText.Of(report.OldSpans, "span")} left out, because {(report.OldSpans == 1 ? "it is" : "they are")} older than the traces that are kept here." : null,
            report.Empty > 0 ? $"{CountText.Of(report.Empty, "conversation")} without a message left out." : null,
            report.Busy > 0 ? $"{CountText.Of(report.Busy, "conversation")} left alone, because a reply is being written: import again later." : null,
        }.OfType<string>());
    }

    /// <summary>Why an import failed, in a sentence that says what to do.</summary>
    public static string Describe(Exception problem) => problem switch
    {
        BrokenFileException => problem.Message,
        _ when problem is JSException or OperationCanceledException or ObjectDisposedException || PageScript.IsOfGonePage(problem) =>
            "The page that sent the file was left or closed, or the studio ended, before all of it had been received. Choose the file again, and stay on the page until it is checked.",
        IOException or UnauthorizedAccessException or TimeoutException => problem.Message.TrimEnd('.') + ".",
        _ => $"Something went wrong in the studio itself ({problem.GetType().Name}); its log says where. Try again.",
    };

    /// <summary>What was not taken: <c>3 × image, 1 × tool message</c>.</summary>
    public static string List(IEnumerable<NotTaken> notTaken) =>
        string.Join(", ", notTaken.Select(static one => string.Create(CultureInfo.InvariantCulture, $"{one.Count:#,0} × {one.Kind}")));

    private static string? Part(long count, string noun) => count > 0 ? CountText.Of(count, noun) : null;
}
