using System.Diagnostics;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry.Capture;

namespace OllamaStudio.Core.Telemetry;

/// <summary>The one way a span of the studio begins and ends, so that none lacks what every span must have.</summary>
internal static class StudioActivity
{
    // The text of an exception with its causes and frames; beyond this only frames repeat.
    private const int MaxStackTraceLength = 16_000;

    private const string ExpectedProperty = "OllamaStudio.Expected";

    /// <summary>
    /// Makes a span that is not running yet, child of the current one: attributes set before <see cref="Activity.Start"/>
    /// already show while it runs. Null where nobody listens.
    /// </summary>
    /// <param name="name">The span's name.</param>
    /// <param name="kind">OpenTelemetry's kind.</param>
    /// <param name="spanKind">OpenInference's kind.</param>
    /// <param name="scope">What all spans of the turn share.</param>
    /// <param name="operation"><c>gen_ai.operation.name</c>; null where the span is none.</param>
    public static Activity? Create(string name, ActivityKind kind, string spanKind, SpanScope scope, string? operation = null)
    {
        var activity = StudioDiagnostics.Source.CreateActivity(name, kind);
        if (activity is null)
        {
            return null;
        }

        scope.Enter(activity);

        // The person's own come first and the studio's after them, so that none of its own can be overwritten.
        foreach (var (key, value) in scope.Attributes)
        {
            activity.SetTag(key, value);
        }

        activity.SetTag(TelemetryNames.OpenInference.SpanKind, spanKind);
        activity.SetTag(TelemetryNames.GenAi.OperationName, operation);
        activity.SetTag(TelemetryNames.Turn.SessionId, scope.SessionId);
        activity.SetTag(TelemetryNames.GenAi.ConversationId, scope.SessionId);
        if (!scope.Attributes.IsEmpty)
        {
            activity.Tell(AttributeOrder.Arrange);
        }

        return activity;
    }

    /// <summary>Makes a span as <see cref="Create"/> does, and starts it.</summary>
    public static Activity? Start(string name, ActivityKind kind, string spanKind, SpanScope scope, string? operation = null) =>
        Create(name, kind, spanKind, scope, operation)?.Start();

    /// <summary>
    /// Writes on the span, if there is one that somebody reads. Telemetry never breaks a chat: what cannot be told is left out.
    /// </summary>
    public static void Tell(this Activity? activity, Action<Activity> write)
    {
        if (activity is not { IsAllDataRequested: true })
        {
            return;
        }

        try
        {
            write(activity);
        }
        catch (Exception)
        {
            // Left out; see above.
        }
    }

    /// <summary>Says that its failure is none to a person: nothing was there, and nothing ever was. Its status stays, for whoever reads the exported span.</summary>
    public static void MarkExpected(this Activity? activity) => activity?.SetCustomProperty(ExpectedProperty, ExpectedProperty);

    /// <summary>Whether <see cref="MarkExpected"/> was said.</summary>
    public static bool IsExpected(this Activity activity) => activity.GetCustomProperty(ExpectedProperty) is not null;

    /// <summary>Says that it went well.</summary>
    public static void Succeed(this Activity? activity) => activity?.SetStatus(ActivityStatusCode.Ok);

    /// <summary>Says that the person stopped it, which is no error.</summary>
    public static void Cancel(this Activity? activity)
    {
        activity?.SetTag(TelemetryNames.Llm.FinishReason, TelemetryNames.Values.Cancelled);
        activity.Succeed();
    }

    /// <summary>Says that it failed, and how. Words of the error pass through the capture policy of the span's turn.</summary>
    /// <param name="activity">The span.</param>
    /// <param name="error">What was thrown.</param>
    /// <param name="isContent">Whether the words may hold content whatever the exception's type, as those of a tool may: with capture off they are left out.</param>
    public static void Fail(this Activity? activity, Exception error, bool isContent = false)
    {
        if (activity is null || SpanScope.Of(activity) is not { } scope)
        {
            return;
        }

        var policy = scope.Policy.On(activity);
        var message = isContent && policy.Level is CaptureLevel.Off ? ErrorTypes.Of(error) : Describe(error, policy, activity.GetTagItem(TelemetryNames.Llm.Model) as string);
        activity.SetTag(TelemetryNames.Error.Type, ErrorTypes.Of(error));
        activity.AddEvent(new ActivityEvent(TelemetryNames.Error.ExceptionEvent, tags: new ActivityTagsCollection
        {
            [TelemetryNames.Error.ExceptionType] = error.GetType().FullName,
            [TelemetryNames.Error.ExceptionMessage] = message,
            [TelemetryNames.Error.ExceptionStackTrace] = StackTrace(error, policy),
        }));
        activity.SetStatus(ActivityStatusCode.Error, message);
    }

    /// <summary>
    /// Ends what <paramref name="error"/> broke off: stopped where the person asked for it, else failed. A cancellation that
    /// nobody asked for is a time limit of some layer below.
    /// </summary>
    public static void Break(this Activity? activity, Exception error, CancellationToken asked)
    {
        if (error is OperationCanceledException && asked.IsCancellationRequested)
        {
            activity.Cancel();
        }
        else
        {
            activity.Fail(error);
        }
    }

    /// <summary>Ends what nobody reads on: failed where that was an error of the reader, else stopped.</summary>
    public static void Abandon(this Activity? activity)
    {
        if (SpanScope.Of(activity)?.ReaderError is { } error)
        {
            activity.Fail(error);
        }
        else
        {
            activity.Cancel();
        }
    }

    // With capture off only errors of the transport are quoted: what a tool, a parser or a store throws may hold content.
    internal static string Describe(Exception error, CapturePolicy policy, string? model) =>
        policy.Level is CaptureLevel.Off && error is not (IErrorType { HoldsContent: false } or HttpRequestException or IOException or OperationCanceledException or TimeoutException)
            ? ErrorTypes.Of(error)
            : policy.ErrorText(error.Message, model);

    /// <summary>All that may be said of an error, for the log: where it came from in any case, its words as the capture level has it.</summary>
    internal static string Details(Exception error, CapturePolicy policy) =>
        policy.Level is CaptureLevel.Off ? $"{error.GetType()}{Environment.NewLine}{error.StackTrace}" : policy.Preview(error.ToString(), MaxStackTraceLength);

    private static string? StackTrace(Exception error, CapturePolicy policy) =>
        policy.Level is CaptureLevel.Off ? error.StackTrace : policy.Preview(error.ToString(), MaxStackTraceLength);
}
