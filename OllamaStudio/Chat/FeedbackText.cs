using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Export.Annotations;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Chat;

/// <summary>What became of the feedback on a reply, in words.</summary>
public static class FeedbackText
{
    /// <summary>A line for each destination, with its state as an attribute has it; where there is none, why.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="standing">What became of it, by destination.</param>
    /// <param name="byGrpc">Whether there is a Phoenix that is reached by gRPC.</param>
    public static IEnumerable<(string State, string Line)> Deliveries(MessageRecord reply, IReadOnlyCollection<(string Title, AnnotationDelivery Delivery)> standing, bool byGrpc)
    {
        ArgumentNullException.ThrowIfNull(reply);
        ArgumentNullException.ThrowIfNull(standing);
        if (standing.Count == 0)
        {
            yield return ("kept", reply is { TraceId: not null, Sampled: false }
                ? "Kept here alone: the trace of this reply is not exported."
                : byGrpc ? "Kept here alone: spans go to Phoenix by gRPC, and it takes feedback by HTTP. Choose HTTP for that destination, with the address of its web page and /v1/traces."
                : "Kept here alone: no Phoenix is among the destinations.");
        }

        foreach (var (title, delivery) in standing)
        {
            yield return (delivery.State.ToString().ToLowerInvariant(), Line(title, delivery));
        }

        if (standing.Count > 0 && reply is { Feedback.Note.Length: > 0 } && standing.All(static one => one.Delivery.Annotation.Explanation is null))
        {
            yield return ("kept", $"The note stays here: {(reply.Capture is CaptureLevel.Off ? "nothing of this reply was captured" : "capture is off")}.");
        }
    }

    /// <summary>Such as <c>Sent to Phoenix.</c></summary>
    public static string Line(string title, AnnotationDelivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        return delivery.State switch
        {
            AnnotationState.Sent => $"Sent to {title}.",
            AnnotationState.Kept => $"Kept here alone: {delivery.Reason}.",
            AnnotationState.Refused => $"{title} refused it: {delivery.Reason}.",
            _ => delivery.Reason is { } reason ? $"Waiting for {title}: {char.ToLowerInvariant(reason[0])}{reason[1..]}." : $"Waiting to be sent to {title}.",
        };
    }
}
