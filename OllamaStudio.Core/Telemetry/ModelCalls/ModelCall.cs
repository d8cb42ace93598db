using System.Diagnostics;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Telemetry.ModelCalls;

/// <summary>
/// One model call being watched: its span, the span over its stream, and what is known of its reply. Nothing here throws
/// into the call that it watches. Ended once, by <see cref="Complete"/>, <see cref="Break"/> or <see cref="Dispose"/>.
/// </summary>
internal sealed class ModelCall : IDisposable
{
    private readonly SpanScope _scope;
    private readonly bool _streamed;
    private readonly string? _model;
    private readonly string? _label;
    private readonly Func<ModelFacts> _facts;
    private readonly long _charactersSent;
    private readonly long _weight;
    private readonly int _images;
    private readonly OfferedTools _offered;
    private readonly Activity? _span;
    private readonly ReplyRecorder _reply;
    private readonly TokenRatios? _ratios;
    private readonly ReplyWatch _watch;
    private readonly ChunkGaps? _gaps;
    private Activity? _processing;
    private bool _answered;
    private bool _ended;

    private ModelCall(SpanScope scope, bool streamed, string? model, Func<ModelFacts> facts, long charactersSent, long weight, int images, OfferedTools offered, Activity? span, TokenRatios? ratios, TimeProvider time)
    {
        _scope = scope;
        _streamed = streamed;
        _model = model;
        _label = model is null ? null : scope.Policy.Whole(model);
        _facts = facts;
        _charactersSent = charactersSent;
        _weight = weight;
        _images = images;
        _offered = offered;
        _span = span;
        _reply = new ReplyRecorder(time, streamed, scope.Policy);
        _ratios = ratios;
        _watch = new ReplyWatch(facts, model is null ? null : ratios?.EstimateCautiously(model, weight, images));
        _gaps = streamed && StudioMetrics.CountsChunks ? new ChunkGaps(_label, scope.MetricNames) : null;
        StudioMetrics.CallSent(_label);
    }

    /// <summary>The span that the call's further work belongs under; null where nobody listens.</summary>
    public Activity? Current => _processing ?? _span;

    /// <summary>Begins a call under the current span, in its scope, or in one of its own where there is none.</summary>
    public static ModelCall Start(
        bool streamed, string? model, Uri? server, IReadOnlyList<ChatMessage> messages, ChatOptions? options,
        ISettings settings, ContentCapture capture, Func<ModelFacts> facts, TokenRatios? ratios, TimeProvider time)
    {
        var scope = SpanScope.Current ?? SpanScope.Begin(settings, capture, Activity.Current?.GetBaggageItem(TelemetryNames.Turn.SessionId));
        var span = StudioActivity.Create(
            streamed ? TelemetryNames.Spans.ChatStreaming : TelemetryNames.Spans.ChatWithTools,
            ActivityKind.Client, TelemetryNames.Values.KindLlm, scope, TelemetryNames.Values.GenAiChat);
        var offered = new OfferedTools(options?.Tools);
        span.Tell(it => RequestAttributes.Write(it, streamed, model, server, messages, options, offered, scope.Policy.On(it)));
        span?.Start();
        var charactersSent = span is null ? 0 : messages.Sum(static message => (long)CapturedMessage.TextOf(message).Length);
        var weight = ratios is null ? 0 : PromptWeight.Of(messages) + PromptWeight.Of(options?.Tools);
        var images = ratios is null ? 0 : PromptWeight.ImagesIn(messages);
        return new ModelCall(scope, streamed, model, facts, charactersSent, weight, images, offered, span, ratios, time);
    }

    /// <summary>Takes the next piece of a streamed reply.</summary>
    public void Add(ChatResponseUpdate update)
    {
        if (_processing is null && _span is not null)
        {
            _processing = StudioActivity.Start(
                TelemetryNames.Spans.ProcessStreamingResponse, ActivityKind.Internal, TelemetryNames.Values.KindChain, _scope);
        }

        Answered();
        Record(update);
        Watch(update);
        if (_reply.TimeBetweenChunks is { } gap)
        {
            _gaps?.Add(gap);
        }
    }

    /// <summary>Takes a whole reply.</summary>
    public void Add(ChatResponse response)
    {
        foreach (var update in response.ToChatResponseUpdates())
        {
            Record(update);
        }
    }

    /// <summary>The reply is whole.</summary>
    public void Complete() => End(TelemetryNames.Metrics.StatusSuccess, errorType: null, FinishReason(), static span => span.Succeed());

    /// <summary>The call was broken off: by the person where <paramref name="asked"/> says so, else by an error.</summary>
    public void Break(Exception error, CancellationToken asked)
    {
        if (error is OperationCanceledException && asked.IsCancellationRequested)
        {
            Dispose();
        }
        else
        {
            Fail(error);
        }
    }

    /// <summary>Ends a call that nobody reads on: failed where the reader did, else stopped.</summary>
    public void Dispose()
    {
        if (_scope.ReaderError is { } error)
        {
            Fail(error);
        }
        else
        {
            End(TelemetryNames.Values.Cancelled, errorType: null, TelemetryNames.Values.Cancelled, static span => span.Cancel());
        }
    }

    private void Fail(Exception error) =>
        End(TelemetryNames.Metrics.StatusError, ErrorTypes.Of(error), FinishReason(), span => span.Fail(error));

    private void Record(ChatResponseUpdate update)
    {
        try
        {
            _reply.Add(update);
        }
        catch (Exception)
        {
            // What cannot be told is left out.
        }
    }

    private void Watch(ChatResponseUpdate update)
    {
        try
        {
            if (_watch.Add(update) is { } warning)
            {
                Warn(warning);
            }
        }
        catch (Exception)
        {
            // What cannot be told is left out.
        }
    }

    // By itself: what a lambda captures is made anew with every chunk.
    private void Warn(ReplyWarning warning)
    {
        _span.Tell(span => ResponseAttributes.WriteWarning(span, warning));
        _scope.Warn(warning);
    }

    private string? FinishReason() => _reply.DoneReason ?? _reply.FinishReason;

    private void Answered()
    {
        if (!_answered)
        {
            _answered = true;
            StudioMetrics.CallAnswered(_label);
        }
    }

    private void End(string status, string? errorType, string? finishReason, Action<Activity> conclude)
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        Activity.Current = Current ?? Activity.Current; // exemplars of the metrics name it; to end it goes back to what was before
        _watch.Dispose();
        Answered();
        // Asked now: before its first reply a model is not in memory yet, and nobody knows its window.
        var facts = _facts();
        var cost = CallCost.Of(facts.Price, _reply);
        var context = ContextUse.Of(facts.ContextWindow, _reply.InputTokens, _reply.OutputTokens, _charactersSent);
        PromptCount? prompt = null;
        if (_model is not null && _ratios is not null && _reply.InputTokens is { } tokens && context is not { IsTruncated: true })
        {
            // What the model thought, and the calls that it made, are written otherwise in the next prompt, or not at all.
            var isSentAgain = _reply is { TextLength: > 0, ReasoningLength: 0, ToolCalls.Count: 0, OutputTokens: > 0 };
            prompt = new PromptCount(_weight, tokens, _images)
            {
                ReplyCharacters = isSentAgain ? _reply.TextLength + PromptWeight.PerMessage : null,
                ReplyTokens = isSentAgain ? _reply.OutputTokens : null,
            };
            _ratios.Learn(_model, prompt);
        }

        _gaps?.End();
        StudioMetrics.CallEnded(_label, status, errorType, _reply, context, cost, _scope.MetricNames);
        _processing.Tell(span => ResponseAttributes.WriteStream(span, _reply));
        _processing.Tell(conclude);
        _processing?.Dispose();
        _span.Tell(span => ResponseAttributes.Write(span, _reply, _streamed, finishReason, facts, context, _charactersSent, _offered, _scope.Policy.On(span)));
        _span.Tell(span => ResponseAttributes.WriteCost(span, cost));
        _scope.Keep(_reply.Text, cost, context, prompt);
        _span.Tell(conclude);
        _span.Tell(AttributeOrder.Arrange);
        _span?.Dispose();
    }
}
