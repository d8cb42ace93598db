using CsCheck;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Tests.Storage.Conversations;

/// <summary>What comes back from the database is what was put there, whatever it is.</summary>
public sealed class ConversationRoundTripTests
{
    // What texts are broken by: halves of pairs, NUL, the escape's own mark, other directions, long ones, and SQL.
    private static readonly string[] s_parts =
        ["", "a", "Grüße\r\n\t", "\0", "\uD83D", "\uDE00", "😀", "שלום \u202Eعالم", "\uFFFF", "\uFFFF0000", "\uFFFFd83", "\uFFFD", "'; DROP TABLE message; --", "{\"a\":1}", "日本語", new string('x', 5_000)];

    private static readonly Gen<string> s_text = Gen.OneOf([.. s_parts.Select(static part => Gen.Const(part))]).Array[0, 4].Select(string.Concat);

    private static readonly Gen<TimeSpan?> s_duration = Gen.Long[0, TimeSpan.TicksPerDay * 400].Select(static ticks => ticks % 5 == 0 ? (TimeSpan?)null : TimeSpan.FromTicks(ticks));

    private static readonly Gen<Step> s_step = Gen.OneOf(
        Gen.Select(s_text, s_text, s_text, (prompt, answer, thought) => (Step)new Turn(prompt, answer, thought)),
        Gen.Int[0, 20].Select(place => (Step)new Again(place)),
        Gen.Int[0, 20].Select(place => (Step)new Show(place)),
        Gen.Select(s_text, s_text, Gen.Enum<ToolCallState>(), s_duration, Gen.Byte.Array[0, 20].Array[0, 3], (name, result, state, duration, images) => (Step)new Call(name, result, state, duration, images)),
        Gen.Select(Gen.Enum<MessageState>(), s_text.Null(), s_text.Null(), Gen.Bool, Gen.Enum<CaptureLevel>(), (state, reason, error, sampled, capture) => (Step)new End(state, reason, error, sampled, capture)),
        Gen.Select(s_text, Gen.Bool, (text, isName) => (Step)new Head(text, isName)),
        Gen.Const((Step)new Store()));

    [Fact]
    public void Any_text_is_read_as_it_was_stored_and_what_is_stored_is_well_formed() => s_text.Sample(text =>
    {
        var stored = StoredText.Of(text);
        return StoredText.Read(stored) == text && !stored.Contains('\0', StringComparison.Ordinal)
            && System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(stored)) == stored;
    });

    [Fact]
    public async Task A_conversation_is_the_same_after_a_restart() => await s_step.Array[1, 25].SampleAsync(
        async steps =>
        {
            await using var rig = new ConversationRig();
            var before = rig.Conversations.Create();
            foreach (var step in steps)
            {
                await step.TakeAsync(rig, before);
            }

            if (before.IsGenerating)
            {
                ConversationRig.End(before);
            }

            await rig.StoreAsync();
            rig.Crash();

            if (before.Count == 0)
            {
                Assert.Empty(rig.Conversations.All);
                return;
            }

            Assert.Equal(Describe(before.Summary), Describe(Assert.Single(rig.Conversations.All)));
            var after = rig.Conversations.Find(before.Id)!;
            Assert.Equal(Describe(before.Summary), Describe(after.Summary));
            Assert.Equal(before.DisabledTools.Order(StringComparer.Ordinal), after.DisabledTools.Order(StringComparer.Ordinal));
            Assert.Equal(before.AllMessages.Select(Describe), after.AllMessages.Select(Describe));
            Assert.Equal(before.Messages.Select(message => message.Id), after.Messages.Select(message => message.Id));
            Assert.Equal(before.Branches, after.Branches);
            foreach (var message in before.AllMessages)
            {
                // What is shown below a message that is not shown now.
                Assert.Equal(before.Show(message.Id), after.Show(message.Id));
                Assert.Equal(before.Messages.Select(shown => shown.Id), after.Messages.Select(shown => shown.Id));
            }
        }, iter: 60, threads: 1);

    private static string Describe(ConversationSummary summary) => (summary with { Tags = [], IsGenerating = false }).ToString() + string.Join(',', summary.Tags);

    // Records with their lists; what is going on while it is streaming is not stored.
    private static object Describe(MessageRecord message) => (
        message with { ToolCalls = [], Attachments = [], Phase = default, SilentSince = null },
        string.Join('\n', message.Attachments.Select(file => $"{file.Name} {file.Id} {file.Content.MediaType} {Convert.ToHexString(file.Content.Read().Span)}")),
        string.Join('\n', message.ToolCalls.Select(call =>
            (call with { Images = [] }) + string.Join('|', call.Images.Select(image => $"{image.Id} {image.MediaType} {Convert.ToHexString(image.Read().Span)}")))));

    private abstract record Step
    {
        public virtual Task TakeAsync(ConversationRig rig, Conversation conversation)
        {
            Take(rig, conversation);
            return Task.CompletedTask;
        }

        protected virtual void Take(ConversationRig rig, Conversation conversation)
        {
        }

        protected static string? Place(Conversation conversation, int place) =>
            conversation.AllMessages is { IsEmpty: false } all ? all[place % all.Length].Id : null;
    }

    private sealed record Turn(string Prompt, string Answer, string Thought) : Step
    {
        protected override void Take(ConversationRig rig, Conversation conversation)
        {
            rig.Time.Advance(TimeSpan.FromTicks(12_345_678_901));
            var reply = rig.Message(MessageRole.Assistant) with { State = MessageState.Streaming, Model = Answer, TraceId = Guid.NewGuid().ToString("N") };
            if (conversation.TryBegin(rig.Message(MessageRole.User) with { Text = Prompt, Attachments = Thought.Length % 2 == 0 ? [] : [new Attachment(Thought, new ToolImage("image/png", new byte[] { 1, 2 })), new Attachment("b", new ToolImage("text/plain", new byte[] { 1, 2 }))] }, reply))
            {
                conversation.Append(Answer, Thought);
                conversation.Append(null, Thought);
            }
        }
    }

    private sealed record Again(int At) : Step
    {
        protected override void Take(ConversationRig rig, Conversation conversation)
        {
            if (Place(conversation, At) is { } beside)
            {
                var isPrompt = conversation.AllMessages.Single(message => message.Id == beside).Role is MessageRole.User;
                conversation.TryBegin(isPrompt ? rig.Message(MessageRole.User) with { Text = "changed" } : null, rig.Message(MessageRole.Assistant) with { State = MessageState.Streaming }, beside);
            }
        }
    }

    private sealed record Show(int At) : Step
    {
        protected override void Take(ConversationRig rig, Conversation conversation)
        {
            if (Place(conversation, At) is { } message)
            {
                conversation.Show(message);
            }
        }
    }

    private sealed record Call(string Name, string Result, ToolCallState State, TimeSpan? Duration, byte[][] Images) : Step
    {
        protected override void Take(ConversationRig rig, Conversation conversation)
        {
            if (conversation.IsGenerating)
            {
                var id = Guid.NewGuid().ToString("N");
                conversation.AddCall(new ToolCallRecord { Id = id, Name = Name, Arguments = Result, Round = Images.Length });

                // One that is not over when the studio ends is cancelled: that is another test.
                var state = State is ToolCallState.Running or ToolCallState.AwaitingApproval ? ToolCallState.Cancelled : State;
                conversation.UpdateCall(id, call => call with { Source = Name, State = state, Result = Result, Duration = Duration, DroppedImages = 1, Images = [.. Images.Select(image => new ToolImage("image/png", image))] });
                conversation.Append(Name, null);
            }
        }
    }

    private sealed record End(MessageState State, string? Reason, string? Error, bool Sampled, CaptureLevel Capture) : Step
    {
        protected override void Take(ConversationRig rig, Conversation conversation)
        {
            if (conversation.IsGenerating)
            {
                var stats = Reason is null ? null : new TurnStats { InputTokens = Reason.Length, EvalDuration = TimeSpan.FromTicks(7), ThinkingDuration = TimeSpan.Zero };
                conversation.UpdateReply(reply => reply with
                {
                    State = State is MessageState.Streaming ? MessageState.Stopped : State, FinishReason = Reason, Sampled = Sampled, Capture = Capture, Stats = stats,
                    Error = Error is null ? null : new MessageError(Error, Reason),
                });
            }
        }
    }

    private sealed record Head(string Text, bool IsName) : Step
    {
        protected override void Take(ConversationRig rig, Conversation conversation)
        {
            conversation.SelectModel(Text);
            conversation.SwitchTool(Text, enabled: false);
            if (IsName)
            {
                conversation.Rename(Text);
            }
        }
    }

    private sealed record Store : Step
    {
        public override Task TakeAsync(ConversationRig rig, Conversation conversation) => rig.StoreAsync();
    }
}
