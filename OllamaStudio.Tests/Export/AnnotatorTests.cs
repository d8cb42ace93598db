using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Export.Annotations;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage.Annotations;
using OllamaStudio.Core.Storage.Conversations;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Storage.Spans;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Export;

/// <summary>A person's word on a reply on its way to Phoenix, with a receiver that has Phoenix's rules.</summary>
public sealed class AnnotatorTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly FakeSettings _settings = new();
    private readonly SpanStoreFixture _spans = new();
    private OtlpReceiver _phoenix = null!;
    private DestinationRig _rig = null!;
    private Conversations _conversations = null!;
    private Annotator _annotator = null!;

    public async Task InitializeAsync()
    {
        _phoenix = await OtlpReceiver.StartAsync();
        _phoenix.IsPhoenix = true;
        _rig = new DestinationRig(_spans.Store.Folder, _phoenix);
        _settings.UpdateTelemetry(telemetry => telemetry with { Destination = telemetry.Destination with { Endpoint = _phoenix.TracesUrl, Kind = DestinationKind.Phoenix, ProjectName = "default" } });
        _conversations = new Conversations(_time);
        _annotator = New();
    }

    public async Task DisposeAsync()
    {
        _annotator.Dispose();
        _conversations.Dispose();
        _rig.Dispose();
        await _phoenix.DisposeAsync();
        await _spans.DisposeAsync();
    }

    [Fact]
    public async Task A_thumb_goes_to_the_root_of_the_turn_once_its_span_is_stored_there_and_not_before()
    {
        _phoenix.Stored = static () => 0;
        var (conversation, reply, root) = await TurnAsync();
        Assert.True(Feedbacks.Set(conversation.Id, reply, new ReplyFeedback(ReplyThumb.Down, " Rome is not in Spain; mail me@example.org ")));
        await SendAsync();

        Assert.Equal((AnnotationState.Waiting, "Its spans are not stored there yet"), Standing(reply));
        Assert.Equal(0, _phoenix.AnnotationRequests);

        _phoenix.Stored = null;
        await SendAsync(); // not due yet
        Assert.Equal(0, _phoenix.AnnotationRequests);
        _time.Advance(Annotator.FirstPause);
        await SendAsync();

        Assert.Equal((AnnotationState.Sent, null), Standing(reply));
        var said = _phoenix.Annotations[(root, "user_feedback", "ollamastudio")];
        Assert.Equal("HUMAN", said.GetProperty("annotator_kind").GetString());
        var result = said.GetProperty("result");
        Assert.Equal(("thumbs-down", 0), (result.GetProperty("label").GetString(), result.GetProperty("score").GetDouble()));
        Assert.StartsWith("Rome is not in Spain; mail ", result.GetProperty("explanation").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("example.org", said.GetRawText(), StringComparison.Ordinal);

        // With the message it is kept as it was said.
        Assert.Equal(new ReplyFeedback(ReplyThumb.Down, "Rome is not in Spain; mail me@example.org"), conversation.Messages[^1].Feedback);
    }

    [Fact]
    public async Task Where_each_model_has_a_project_of_its_own_Phoenix_is_asked_by_the_annotation_itself()
    {
        _settings.UpdateTelemetry(telemetry => telemetry with { Destination = telemetry.Destination with { ProjectRule = ProjectRule.Model, ProjectName = "elsewhere" } });
        var (conversation, reply, root) = await TurnAsync();
        Feedbacks.Set(conversation.Id, reply, new ReplyFeedback(ReplyThumb.Up));

        await SendAsync();

        Assert.Equal((AnnotationState.Sent, null), Standing(reply));
        Assert.True(_phoenix.Annotations.ContainsKey((root, "user_feedback", "ollamastudio")));
    }

    [Fact]
    public async Task It_can_be_changed_and_taken_back_and_Phoenix_has_the_last_word()
    {
        var (conversation, reply, root) = await TurnAsync();
        Feedbacks.Set(conversation.Id, reply, new ReplyFeedback(ReplyThumb.Up));
        await SendAsync();
        Feedbacks.Set(conversation.Id, reply, new ReplyFeedback(ReplyThumb.Down, "No."));
        Assert.Equal(AnnotationState.Waiting, (await WrittenAsync(reply)).State);
        await SendAsync();
        Assert.Equal("thumbs-down", Result(root).GetProperty("label").GetString());
        Assert.Single(_phoenix.Annotations);

        Feedbacks.Set(conversation.Id, reply, null);
        await SendAsync();
        Assert.Equal("withdrawn", Result(root).GetProperty("label").GetString());
        Assert.False(Result(root).TryGetProperty("score", out _));
        Assert.Empty(_annotator.Of(reply));
        Assert.Null(conversation.Messages[^1].Feedback);

        // What was never sent need not be taken back.
        var requests = _phoenix.AnnotationRequests;
        var (other, second, _) = await TurnAsync();
        Feedbacks.Set(other.Id, second, new ReplyFeedback(ReplyThumb.Up));
        await WrittenAsync(second);
        Feedbacks.Set(other.Id, second, null);
        await SendAsync();
        Assert.Equal(requests, _phoenix.AnnotationRequests);
    }

    [Fact]
    public async Task What_waits_outlives_the_process_and_a_Phoenix_that_is_gone()
    {
        var (conversation, reply, root) = await TurnAsync();
        await _phoenix.StopAsync();
        Feedbacks.Set(conversation.Id, reply, new ReplyFeedback(ReplyThumb.Up, "Right"));
        await SendAsync();
        Assert.Equal((AnnotationState.Waiting, "It does not answer"), Standing(reply));

        _annotator.Dispose();
        await _spans.RestartAsync();
        _annotator = New();
        await _phoenix.RestartAsync();
        _time.Advance(Annotator.FirstPause);
        await SendAsync();

        Assert.Equal((AnnotationState.Sent, null), Standing(reply));
        Assert.Equal("Right", Result(root).GetProperty("explanation").GetString());
    }

    [Fact]
    public async Task A_refusal_is_told_and_tried_again_when_the_settings_change_and_what_is_overloaded_is_tried_again_by_itself()
    {
        var (conversation, reply, _) = await TurnAsync();
        _phoenix.RefusesAnnotations = 503;
        Feedbacks.Set(conversation.Id, reply, new ReplyFeedback(ReplyThumb.Up));
        await SendAsync();
        Assert.Equal((AnnotationState.Waiting, "It answered 503"), Standing(reply));

        _phoenix.RefusesAnnotations = 403;
        _time.Advance(Annotator.FirstPause);
        await SendAsync();
        var (state, reason) = Standing(reply);
        Assert.Equal(AnnotationState.Refused, state);
        Assert.StartsWith("403: the API key", reason, StringComparison.Ordinal);

        // Another destination's settings, or others altogether, say nothing of it.
        _phoenix.RefusesAnnotations = null;
        _settings.UpdateTelemetry(static telemetry => telemetry with { ServiceName = "another", MoreDestinations = [new DestinationSettings { Id = "second", Kind = DestinationKind.Phoenix }] });
        _settings.Update(static settings => settings with { Chat = settings.Chat with { MaxConversationHistory = 7 } });
        await SendAsync();
        Assert.Equal(AnnotationState.Refused, Standing(reply).State);

        using var stop = new CancellationTokenSource();
        await _annotator.StartAsync(stop.Token);
        _settings.UpdateTelemetry(static telemetry => telemetry with { Destination = telemetry.Destination with { ApiKey = "key" } });
        await UntilAsync(() => Standing(reply).State is AnnotationState.Sent);
        await _annotator.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task For_a_day_it_is_tried_and_then_given_up()
    {
        var (conversation, reply, _) = await TurnAsync(isStored: false);
        Feedbacks.Set(conversation.Id, reply, new ReplyFeedback(ReplyThumb.Up));
        await SendAsync();
        Assert.Equal((AnnotationState.Waiting, "Its trace is not stored yet"), Standing(reply));

        _time.Advance(Annotator.Patience);
        await SendAsync();
        Assert.Equal((AnnotationState.Refused, "Given up after a day: Its trace is not stored yet"), Standing(reply));
    }

    [Fact]
    public async Task Of_a_trace_that_was_sampled_out_in_the_end_it_stays_here()
    {
        var (conversation, reply, _) = await TurnAsync(isLeftOut: true);
        Feedbacks.Set(conversation.Id, reply, new ReplyFeedback(ReplyThumb.Up));
        await SendAsync();

        Assert.Equal((AnnotationState.Kept, "the trace of this reply was sampled out"), Standing(reply));
        Assert.Equal(0, _phoenix.AnnotationRequests);
    }

    [Theory]
    [InlineData(CaptureLevel.Off, CaptureLevel.Full, null)]
    [InlineData(CaptureLevel.Full, CaptureLevel.Off, null)]
    [InlineData(CaptureLevel.Full, CaptureLevel.Preview, 1_000)]
    [InlineData(CaptureLevel.Full, CaptureLevel.Full, 1_500)]
    public async Task A_note_is_content_and_goes_as_far_as_the_turn_and_the_settings_let_it(CaptureLevel ofTurn, CaptureLevel now, int? length)
    {
        var (conversation, reply, root) = await TurnAsync(ofTurn);
        _settings.UpdateTelemetry(telemetry => telemetry with { Capture = now });
        Feedbacks.Set(conversation.Id, reply, new ReplyFeedback(ReplyThumb.Up, new string('x', 1_500)));
        await SendAsync();

        Assert.Equal(1, Result(root).GetProperty("score").GetDouble());
        Assert.Equal(length, Result(root).TryGetProperty("explanation", out var note) ? note.GetString()!.Length : null);
    }

    [Fact]
    public async Task Nothing_is_sent_where_no_Phoenix_is_or_the_trace_is_not_exported()
    {
        var (conversation, reply, _) = await TurnAsync(sampled: false);
        Assert.True(Feedbacks.Set(conversation.Id, reply, new ReplyFeedback(ReplyThumb.Up)));
        _settings.UpdateTelemetry(telemetry => telemetry with { Destination = telemetry.Destination with { Kind = DestinationKind.Jaeger } });
        var (other, second, _) = await TurnAsync();
        Assert.True(Feedbacks.Set(other.Id, second, new ReplyFeedback(ReplyThumb.Up)));
        await SendAsync();

        Assert.Empty(_annotator.Of(reply));
        Assert.Empty(_annotator.Of(second));
        Assert.Equal(0, _phoenix.AnnotationRequests);
        Assert.Equal(ReplyThumb.Up, conversation.Messages[^1].Feedback?.Thumb);

        // One that is being written, or is gone, takes none.
        Assert.True(conversation.TryBegin(null, Reply() with { State = MessageState.Streaming }, reply));
        Assert.False(Feedbacks.Set(conversation.Id, conversation.Messages[^1].Id, new ReplyFeedback(ReplyThumb.Up)));
        Assert.False(Feedbacks.Set(conversation.Id, "no such", null));
        Assert.False(Feedbacks.Set("no such", reply, null));
    }

    [Fact]
    public async Task A_thumb_on_a_copy_stands_beside_that_of_the_reply_that_it_was_copied_from()
    {
        _conversations.Dispose();
        _conversations = new Conversations(_time, new ConversationStore(_spans.Store.Database, _spans.Store.Writer, _spans.Store.Folder));
        var (conversation, reply, root) = await TurnAsync();
        await _conversations.StoreAsync(conversation); // as it was written: the first of both in the store is no copy
        var copy = _conversations.Duplicate(conversation.Id)!;
        await _conversations.StopAsync();
        Assert.True(Feedbacks.Set(conversation.Id, reply, new ReplyFeedback(ReplyThumb.Up)));
        Assert.True(Feedbacks.Set(copy.Id, copy.Messages[^1].Id, new ReplyFeedback(ReplyThumb.Down)));
        await SendAsync();

        Assert.Equal("thumbs-up", Result(root).GetProperty("label").GetString());
        Assert.Equal("thumbs-down", _phoenix.Annotations[(root, "user_feedback", "ollamastudio:" + copy.Messages[^1].Id)].GetProperty("result").GetProperty("label").GetString());
        Assert.Equal(2, _phoenix.Annotations.Count);
    }

    private ReplyFeedbacks Feedbacks => new(_conversations, _annotator, new ContentCapture(_settings), _time);

    private Annotator New() => new(_settings, new AnnotationStore(_spans.Store.Database, _spans.Store.Writer), _time, NullLogger<Annotator>.Instance);

    private async Task SendAsync()
    {
        await _annotator.LastWrite.WaitAsync(OtlpReceiver.Guard);
        await _annotator.SendDueAsync(CancellationToken.None).WaitAsync(OtlpReceiver.Guard);
    }

    private (AnnotationState State, string? Reason) Standing(string reply) => Assert.Single(_annotator.Of(reply)) is var (_, delivery) ? (delivery.State, delivery.Reason) : default;

    private async Task<AnnotationDelivery> WrittenAsync(string reply)
    {
        await _annotator.LastWrite.WaitAsync(OtlpReceiver.Guard);
        return Assert.Single(_annotator.Of(reply)).Delivery;
    }

    private JsonElement Result(string root) => _phoenix.Annotations[(root, "user_feedback", "ollamastudio")].GetProperty("result");

    private MessageRecord Reply() => new() { Id = Guid.NewGuid().ToString("N"), Role = MessageRole.Assistant, CreatedAt = _time.GetUtcNow() };

    // A reply whose root span was sent to Phoenix, and is stored here.
    private async Task<(Conversation Conversation, string ReplyId, string RootId)> TurnAsync(CaptureLevel capture = CaptureLevel.Full, bool sampled = true, bool isStored = true, bool isLeftOut = false)
    {
        using var root = DestinationRig.Ended("chat_interaction");
        var (traceId, rootId) = (root.TraceId.ToHexString(), root.SpanId.ToHexString());
        Assert.True(_rig.Destination.Accept(root));
        _rig.Flush();
        await _phoenix.WaitForAsync(span => span.SpanId == rootId);
        if (isStored)
        {
            await _spans.StoreAsync(Span(1, sampled: !isLeftOut) with { TraceId = traceId, SpanId = rootId });
        }

        var conversation = _conversations.Create();
        var reply = Reply();
        Assert.True(conversation.TryBegin(Reply() with { Role = MessageRole.User, Text = "hi" }, reply with { State = MessageState.Streaming }));
        conversation.UpdateReply(begun => begun with { State = MessageState.Complete, TraceId = traceId, Sampled = sampled, Capture = capture });
        _settings.UpdateTelemetry(telemetry => telemetry with { Capture = CaptureLevel.Full });
        return (conversation, reply.Id, rootId);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var guard = new CancellationTokenSource(OtlpReceiver.Guard);
        while (!holds())
        {
            guard.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
