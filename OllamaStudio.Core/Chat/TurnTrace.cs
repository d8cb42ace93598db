using System.Diagnostics;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Telemetry.Capture;
using OllamaStudio.Core.Telemetry.ModelCalls;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>The spans of one turn and what they add up to. Works the same where nobody listens for spans.</summary>
internal sealed class TurnTrace : IDisposable
{
    private readonly SpanScope _scope;
    private readonly Activity? _root;
    private readonly string _model;
    private readonly TimedApproval? _approval;
    private readonly bool _isStructured;
    private readonly bool _asksLogprobs;
    private readonly string _systemHash;
    private readonly bool _imagesLeftOut;
    private int _iterations;
    private string? _errorType;
    private ReplyWarning? _repetition;
    private ReplyWarning? _outgrown;

    private TurnTrace(SpanScope scope, TurnRequest request, Activity? root, TimeProvider time)
    {
        _scope = scope;
        _model = request.Model;
        _isStructured = request.Options?.ResponseFormat is ChatResponseFormatJson;
        _asksLogprobs = request.Options?.AdditionalProperties?.TryGetValue(OllamaRequestProperties.Logprobs, out var asked) is true && asked is true;
        (_systemHash, _imagesLeftOut) = (SentRequest.SystemHashOf(request.Messages), request.ImagesLeftOut);
        _root = root;
        _approval = request.Tools?.Approval is { } approval ? new TimedApproval(approval, time) : null;
        Tools = request.Tools is { } tools ? tools with { Approval = _approval } : null;
        Reply = new ReplyRecorder(time, request.Stream, policy: null);
        Fit = new ContextFit(request.WhenContextIsFull, request.LeftOut);
    }

    /// <summary>The tools of the turn, which tell here how long the person was waited for.</summary>
    public TurnTools? Tools { get; }

    /// <summary>The turn's trace id; null where nobody listens.</summary>
    public string? TraceId => _root?.TraceId.ToHexString();

    /// <summary>Whether the trace is recorded for export.</summary>
    public bool Sampled => _root?.Recorded ?? false;

    /// <summary>Whether the trace was recorded for export and is left out now that it ended.</summary>
    public bool IsLeftOut(ISamplingDecisions? decisions) => _root is { Recorded: true } root && decisions?.Of(root) is false;

    /// <summary>How much of the turn's content is put on spans.</summary>
    public CaptureLevel Capture => _scope.Policy.Level;

    /// <summary>What is known of the reply, over all model calls.</summary>
    public ReplyRecorder Reply { get; }

    /// <summary>Makes what is sent fit into the context window.</summary>
    public ContextFit Fit { get; }

    /// <summary>Starts the root span. Activities started meanwhile become its children.</summary>
    public static TurnTrace Start(TurnRequest request, SpanScope scope, TimeProvider time)
    {
        var root = StudioActivity.Create(
            TelemetryNames.Spans.ChatInteraction, ActivityKind.Internal, TelemetryNames.Values.KindAgent, scope, TelemetryNames.Values.GenAiInvokeAgent);
        root?.SetBaggage(TelemetryNames.Turn.SessionId, request.SessionId);
        if (request.IsTemporary && root is not null)
        {
            UnstoredTrace.Mark(root);
        }

        root.Tell(it => WriteRequest(it, request, scope.Policy.On(it)));
        root?.Start();
        return new TurnTrace(scope, request, root, time);
    }

    /// <summary>Says that the turn has to do with a span of another trace.</summary>
    /// <param name="traceId">32 hexadecimal digits.</param>
    /// <param name="spanId">16 hexadecimal digits.</param>
    /// <param name="type">What the link is for.</param>
    public void Link(string traceId, string spanId, string type) => _root.Tell(root => root.AddLink(new ActivityLink(
        new ActivityContext(ActivityTraceId.CreateFromString(traceId), ActivitySpanId.CreateFromString(spanId), ActivityTraceFlags.None),
        new ActivityTagsCollection { [TelemetryNames.Turn.LinkType] = type })));

    /// <summary>Starts the span of the next iteration of the agent loop.</summary>
    public Activity? StartIteration()
    {
        _iterations++;
        return StudioActivity.Start(TelemetryNames.Spans.GenerateResponse, ActivityKind.Internal, TelemetryNames.Values.KindChain, _scope);
    }

    /// <summary>What goes wrong with the reply since this was asked last; null for nothing new.</summary>
    public ReplyWarning? TakeWarning()
    {
        var warning = _scope.TakeWarning();
        _repetition ??= warning is { Kind: ReplyWarningKind.Repeating } ? warning : null;
        _outgrown ??= warning is { Kind: ReplyWarningKind.Outgrown } ? warning : null;
        return warning;
    }

    /// <summary>Starts the span over writing the turn to the store.</summary>
    public Activity? StartLogging() =>
        StudioActivity.Start(TelemetryNames.Spans.LogInteraction, ActivityKind.Internal, TelemetryNames.Values.KindChain, _scope);

    /// <summary>The reply is whole.</summary>
    public TurnResult Complete()
    {
        var result = Result(TurnOutcome.Completed, Reply.DoneReason ?? Reply.FinishReason);
        _root.Tell(root => WriteResult(root, result));
        _root.Succeed();
        return result;
    }

    /// <summary>
    /// Whoever takes the reply could not take a piece. Said before the reading ends, so that what is ended with it, model call and
    /// iteration, ends as the turn does.
    /// </summary>
    public void FailReading(Exception error, CancellationToken asked)
    {
        if (!IsStop(error, asked))
        {
            _scope.ReaderError = error;
        }
    }

    /// <summary>The turn was stopped by the person where <paramref name="asked"/> says so, else it failed.</summary>
    public TurnResult Break(Exception error, CancellationToken asked)
    {
        var result = IsStop(error, asked)
            ? Result(TurnOutcome.Stopped, TelemetryNames.Values.Cancelled)
            : Result(TurnOutcome.Failed, Reply.DoneReason ?? Reply.FinishReason) with { Error = error };
        _errorType = result.Error is null ? null : ErrorTypes.Of(error);
        _root.Tell(root => WriteResult(root, result));
        _root.Tell(root => root.Break(error, asked));
        return result;
    }

    /// <summary>Ends the root span, and counts the turn.</summary>
    public void Dispose()
    {
        StudioMetrics.TurnEnded(_scope.Policy.Whole(_model), _iterations, Reply.ToolCalls.Count, Reply.Elapsed, _errorType, _scope.MetricNames);
        _root.Tell(AttributeOrder.Arrange);
        _root?.Dispose();
    }

    /// <summary>What may be said of an error outside the reply itself, as the turn's capture level has it.</summary>
    public string Describe(Exception error) => StudioActivity.Describe(error, _scope.Policy, _model);

    /// <summary>The same with where it came from.</summary>
    public string Details(Exception error) => StudioActivity.Details(error, _scope.Policy);

    private TimeSpan? ToolDuration() => Reply.ToolDuration is { } all
        ? TimeSpan.FromTicks(Math.Max(0, (all - (_approval?.Waited ?? default)).Ticks))
        : null;

    private static bool IsStop(Exception error, CancellationToken asked) => error is OperationCanceledException && asked.IsCancellationRequested;

    private static void WriteRequest(Activity root, TurnRequest request, CapturePolicy policy)
    {
        root.SetTag(TelemetryNames.Turn.Source, request.Source);
        root.SetTag(TelemetryNames.Turn.SideBySide, request.SideBySide);
        root.SetTag(TelemetryNames.GenAi.AgentName, TelemetryNames.Values.AgentName);
        root.SetTag(TelemetryNames.GenAi.ProviderName, TelemetryNames.Values.Ollama);
        var model = policy.Whole(request.Model);
        root.SetTag(TelemetryNames.Llm.Model, model);
        root.SetTag(TelemetryNames.GenAi.RequestModel, model);
        root.SetTag(TelemetryNames.Llm.MessageCount, request.Messages.Count);
        if (policy.Inputs && request.Messages.LastOrDefault(message => message.Role == ChatRole.User) is { } asked)
        {
            var text = CapturedMessage.TextOf(asked);
            root.SetTag(TelemetryNames.Turn.AgentTask, policy.Preview(text, CapturePolicy.TaskLength));
            root.SetTag(TelemetryNames.OpenInference.InputValue, policy.Value(text));
            root.SetTag(TelemetryNames.OpenInference.InputMimeType, TelemetryNames.Values.MimeText);
        }
    }

    // Written however the turn ended: a broken-off reply shows the text that came.
    private void WriteResult(Activity root, TurnResult result)
    {
        root.SetTag(TelemetryNames.Turn.AgentIterations, _iterations);
        ResponseAttributes.WriteTokens(root, Reply);
        ResponseAttributes.WriteCost(root, _scope.Cost);
        root.SetTag(TelemetryNames.Llm.Duration, result.Stats.Duration?.TotalMilliseconds);
        root.SetTag(TelemetryNames.Approval.Wait, result.Stats.ApprovalDuration?.TotalMilliseconds);
        root.SetTag(TelemetryNames.Llm.FinishReason, result.FinishReason);
        root.SetTag(TelemetryNames.Llm.ResponseLength, Reply.TextLength);
        root.SetTag(TelemetryNames.Llm.LeftOutMessages, Fit.LeftOut is { Messages: > 0 and var messages } ? messages : null);
        root.SetTag(TelemetryNames.Llm.ShortenedResults, Fit.LeftOut is { Results: > 0 and var results } ? results : null);
        var policy = _scope.Policy.On(root);
        if (policy.Outputs)
        {
            root.SetTag(TelemetryNames.OpenInference.OutputValue, policy.Value(_scope.Answers(policy)));
            root.SetTag(TelemetryNames.OpenInference.OutputMimeType, TelemetryNames.Values.MimeText);
        }
    }

    private TurnResult Result(TurnOutcome outcome, string? finishReason) => new()
    {
        Outcome = outcome,
        FinishReason = finishReason,
        Capture = Capture,
        Stats = new TurnStats
        {
            InputTokens = Reply.InputTokens,
            CachedTokens = Reply.CachedTokens,
            OutputTokens = Reply.OutputTokens,
            Duration = Reply.Elapsed,
            TimeToFirstChunk = Reply.TimeToFirstChunk,
            TimeToFirstAnswer = Reply.TimeToFirstAnswer,
            ThinkingDuration = Reply.ThinkingDuration,
            ToolDuration = ToolDuration(),
            ApprovalDuration = _approval?.Waited,
            TotalDuration = Reply.TotalDuration,
            LoadDuration = Reply.LoadDuration,
            PromptEvalDuration = Reply.PromptEvalDuration,
            EvalDuration = Reply.EvalDuration,
            QueueDuration = Reply.QueueDuration,
            Context = _scope.Context,
            Prompt = _scope.Prompt,
            LeftOut = Fit.LeftOut,
            SystemHash = _systemHash,
            ImagesLeftOut = _imagesLeftOut ? true : null,
            Exceeded = Fit.Excess,
            Repetition = _repetition,
            Outgrown = _outgrown,
            IsStructured = _isStructured ? true : null,
            Cost = _scope.Cost.Total,
            Logprobs = _asksLogprobs ? ReplyLogprobs.None : null, // whoever takes the pieces knows them
        },
    };
}
