using System.Collections.Immutable;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>What of a conversation is sent to the model.</summary>
public static class History
{
    private const string Stopped = "Stopped before it ended.";

    /// <summary>
    /// The newest exchanges, a prompt with its reply each, as far as they fit into <paramref name="limit"/> messages, in order;
    /// the last prompt always. The reply that is being generated is left out, and with it failed and empty ones; a stopped
    /// or interrupted reply goes along, for the person has read it, and a failed one whose tools ran: what they did is done. Tool calls count as the messages that they are sent as, and no result
    /// goes without its call: an exchange that is too long with its tools is sent without them, where that fits.
    /// </summary>
    /// <param name="messages">The conversation, the new prompt included.</param>
    /// <param name="limit">Most messages.</param>
    /// <param name="leftOut">What did not fit into the context window the last time, as <see cref="StillLeftOut"/> tells; null for nothing.</param>
    /// <param name="images">What becomes of the images that the person attached.</param>
    public static IReadOnlyList<ChatMessage> Select(ImmutableArray<MessageRecord> messages, int limit, LeftOut? leftOut = null, PromptImages images = PromptImages.Sent)
    {
        var exchanges = Exchanges(messages, leftOut);
        return [.. Fitting(exchanges, Math.Max(1, limit), prompt => AttachedPrompt.Of(prompt, images)).AsEnumerable().Reverse().SelectMany(static exchange => exchange.Sent)];
    }

    /// <summary>
    /// What the newest reply was written without, because it did not fit, and the next one will be; null for nothing, and where another
    /// model or a larger window is asked now, or what made it too long is gone, such as tools and a message: then it is worth another try.
    /// </summary>
    /// <param name="messages">The conversation, with the new prompt or without.</param>
    /// <param name="model">The model that is asked.</param>
    /// <param name="window">Tokens of its context, as far as they are known; null where not.</param>
    public static LeftOut? StillLeftOut(ImmutableArray<MessageRecord> messages, string model, long? window) =>
        messages.LastOrDefault(static message => message is { Role: MessageRole.Assistant, Stats.Exceeded: null }) is { Model: { } asked, Stats.LeftOut: { FirstKept: { } first } leftOut }
        && ModelNames.Same(asked, model) && !(window > leftOut.Window) && messages.Any(message => message.Id == first)
        && !WouldFit(messages, first, window ?? leftOut.Window)
            ? leftOut with { Results = 0, PromptTokens = null, Before = leftOut.Messages }
            : null;

    // All of it, by what the newest reply was counted at and the lengths of what was not among that; rather too many tokens, for what is tried in vain is refused with every turn.
    private static bool WouldFit(ImmutableArray<MessageRecord> messages, string firstKept, long? window)
    {
        const int FewestCharacters = 3; // to a token
        var newest = messages.Select(static message => message.Stats).LastOrDefault(static stats => stats is { Exceeded: null });
        if (newest is not { InputTokens: { } read } || window is not > 0)
        {
            return false;
        }

        var uncounted = messages.TakeWhile(message => message.Id != firstKept).Concat(messages.Reverse().TakeWhile(message => message.Stats != newest)).ToList();
        return !uncounted.Exists(static message => message.Attachments.Any(static file => file.IsImage) || message.ToolCalls.Any(static call => !call.Images.IsEmpty)) // what a model makes of one is not told by its length
            && read + (newest.OutputTokens ?? 0) + (uncounted.Sum(static message => PromptWeight.Of(WithTools(message, Counted))) / FewestCharacters) < 0.8 * window;
    }

    /// <summary>How many of these messages, from the first on, the next prompt does not take along; while a reply is being generated, its own prompt did not.</summary>
    public static int CountUnsent(ImmutableArray<MessageRecord> messages, int limit, LeftOut? leftOut = null)
    {
        var exchanges = Exchanges(messages, leftOut);
        var cut = exchanges.Count - Fitting(exchanges, LeftFor(messages, limit), Plain).Count;
        return cut == 0 && leftOut is null ? 0 : cut < exchanges.Count ? messages.IndexOf(exchanges[cut][0]) : messages.Length;
    }

    /// <summary>
    /// How many replies the next prompt takes along without the tools that they called, for the limit's sake, and the index of the message before which
    /// the last of them stands; 0 and 0 for none.
    /// </summary>
    /// <param name="messages">The conversation, as <see cref="CountUnsent"/> has it.</param>
    /// <param name="limit">Most messages.</param>
    /// <param name="leftOut">What did not fit into the context window the last time; null for nothing.</param>
    public static (int Replies, int Before) CountWithoutTools(ImmutableArray<MessageRecord> messages, int limit, LeftOut? leftOut = null)
    {
        var exchanges = Exchanges(messages, leftOut);
        var taken = Fitting(exchanges, LeftFor(messages, limit), Plain); // the newest first
        var newest = taken.FindIndex(static exchange => exchange.IsWithoutTools);
        return newest < 0 ? (0, 0) : (
            taken.Index().Where(static exchange => exchange.Item.IsWithoutTools).Sum(exchange => exchanges[^(exchange.Index + 1)].Count(static message => !message.ToolCalls.IsEmpty)),
            newest == 0 ? messages.Length : messages.IndexOf(exchanges[^newest][0]));
    }

    /// <summary>
    /// The messages with the reply that is being generated as it stands, as one that was interrupted now: so much of it the next prompt would take along. One of
    /// which nothing has come is left out.
    /// </summary>
    internal static ImmutableArray<MessageRecord> SoFar(ImmutableArray<MessageRecord> messages)
    {
        if (messages is not [.., { IsStreaming: true } reply])
        {
            return messages;
        }

        var before = messages.RemoveAt(messages.Length - 1);
        var now = reply with { State = MessageState.Interrupted, Stats = reply.Stats ?? Forgetful(before) };
        return IsSent(now) ? before.Add(now) : before;
    }

    // What was left out before is so after this reply, too.
    private static TurnStats? Forgetful(ImmutableArray<MessageRecord> before) =>
        before.LastOrDefault(static message => message is { Role: MessageRole.Assistant, Stats.Exceeded: null })?.Stats?.LeftOut is { } leftOut ? new TurnStats { LeftOut = leftOut } : null;

    // Beside the prompt to come; while a reply is being generated it is among the messages.
    private static int LeftFor(ImmutableArray<MessageRecord> messages, int limit) => Math.Max(1, limit) - (messages is [.., { IsStreaming: true }] ? 0 : 1);

    // From the newest back.
    private static List<(IReadOnlyList<ChatMessage> Sent, bool IsWithoutTools)> Fitting(List<List<MessageRecord>> exchanges, int left, Func<MessageRecord, ChatMessage> prompt)
    {
        List<(IReadOnlyList<ChatMessage> Sent, bool IsWithoutTools)> taken = [];
        foreach (var exchange in exchanges.AsEnumerable().Reverse())
        {
            IReadOnlyList<ChatMessage> whole = [.. exchange.SelectMany(message => WithTools(message, prompt))];
            var isWhole = whole.Count <= left;
            var fitting = isWhole ? whole : [.. exchange.SelectMany(message => WithoutTools(message, prompt))];
            if (fitting.Count > left)
            {
                break;
            }

            left -= fitting.Count;
            taken.Add((fitting, !isWhole));
        }

        return taken;
    }

    // Each begins with a prompt; a reply before the first one has lost its own.
    private static List<List<MessageRecord>> Exchanges(ImmutableArray<MessageRecord> messages, LeftOut? leftOut)
    {
        List<List<MessageRecord>> exchanges = [];
        foreach (var message in messages)
        {
            if (message.Role is MessageRole.User)
            {
                exchanges.Add([message]);
            }
            else if (exchanges.Count > 0 && IsSent(message))
            {
                exchanges[^1].Add(message);
            }
        }

        if (leftOut?.FirstKept is { } first)
        {
            exchanges.RemoveRange(0, Math.Max(0, exchanges.FindIndex(exchange => exchange[0].Id == first)));
        }

        return exchanges;
    }

    private static bool IsSent(MessageRecord reply) =>
        reply.State switch
        {
            MessageState.Complete => true,
            MessageState.Stopped or MessageState.Interrupted => reply.Text.Length > 0 || !reply.ToolCalls.IsEmpty,
            MessageState.Failed => reply.RanTools,
            _ => false,
        };

    /// <summary>A message as it is sent with the tools that it called: each answer that called some, and what they returned.</summary>
    internal static IEnumerable<ChatMessage> WithTools(MessageRecord message) => WithTools(message, static prompt => AttachedPrompt.Of(prompt));

    private static IEnumerable<ChatMessage> WithTools(MessageRecord message, Func<MessageRecord, ChatMessage> prompt)
    {
        if (message.Role is MessageRole.User)
        {
            yield return prompt(message);
            yield break;
        }

        foreach (var round in ReplyRound.Of(message))
        {
            yield return Reply(round.Thinking, round.Text, round.Calls);
            if (!round.Calls.IsEmpty)
            {
                yield return new ChatMessage(ChatRole.Tool, [.. round.Calls.Select(Result)]);
            }
        }
    }

    private static IEnumerable<ChatMessage> WithoutTools(MessageRecord message, Func<MessageRecord, ChatMessage> prompt)
    {
        if (message.Role is MessageRole.User || message.Text.Length > 0)
        {
            yield return message.Role is MessageRole.User ? prompt(message) : Reply(message.Thinking, message.Text, []);
        }
    }

    private static ChatMessage Counted(MessageRecord prompt) => AttachedPrompt.Of(prompt, PromptImages.Counted);

    // Counted only: its files need not be read.
    private static ChatMessage Plain(MessageRecord prompt) => new(ChatRole.User, prompt.Text);

    private static ChatMessage Reply(string thinking, string text, ImmutableArray<ToolCallRecord> calls)
    {
        List<AIContent> contents = [];
        if (thinking.Length > 0)
        {
            contents.Add(new TextReasoningContent(thinking));
        }

        if (text.Length > 0 || calls.IsEmpty)
        {
            contents.Add(new TextContent(text));
        }

        contents.AddRange(calls.Select(Call));
        return new ChatMessage(ChatRole.Assistant, contents);
    }

    private static FunctionCallContent Call(ToolCallRecord call) =>
        new(call.Id, call.Name, ToolJson.Parse(call.Arguments));

    private static FunctionResultContent Result(ToolCallRecord call) =>
        new(call.Id, call.Result.Length > 0 || call.State is ToolCallState.Succeeded ? call.Result : Stopped);
}
