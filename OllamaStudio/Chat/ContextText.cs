using System.Globalization;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Chat;

/// <summary>What is said below a reply that was written without part of the conversation: what the studio left out, and what the server cut, which says nothing of it itself.</summary>
public static class ContextText
{
    /// <summary>A sentence for each thing that was lost, with the numbers; none where nothing was, or nothing is known.</summary>
    public static IEnumerable<string> Notes(TurnStats? stats)
    {
        var context = stats?.Context;
        if (context is { IsTruncated: true, Input: { } read })
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Ollama left out the oldest part of what was sent: the model read {read:N0} tokens, and its context window holds {context.Window:N0}.");
        }

        if (context is { IsShifted: true, Input: { } input, Output: { } output })
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Prompt and reply, {input + output:N0} tokens, outgrew the context window of {context.Window:N0}: the model forgot the beginning while it wrote.");
        }
        else if (context is not { Input: not null, Output: not null } && stats?.Outgrown is { Window: { } passed } outgrown)
        {
            // Stopped before the server counted: what it counts is right, and the estimate was not.
            yield return Text($"After {outgrown.From:N0} characters{(outgrown.IsThinking ? " of thinking" : "")} prompt and reply passed the context window of {passed:N0} tokens: from there on the model forgot the beginning.");
        }
    }

    /// <summary>What was left out so that the prompt fits, and why; none where nothing was.</summary>
    public static IEnumerable<string> LeftOut(MessageRecord message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var stats = message.Stats;
        if (stats?.Exceeded is not null)
        {
            yield break;
        }

        if (stats?.LeftOut is { Messages: > 0 } messages)
        {
            var which = messages.Messages == 1 ? "The oldest message" : Text($"The {messages.Messages:N0} oldest messages");
            var upTo = messages.Last is { Length: > 0 } last ? $", up to “{last}”," : "";
            var verb = messages.Messages == 1 ? "was" : "were";
            var why = (messages.Before, messages.PromptTokens) switch
            {
                (null or 0, { } tokens) => Text($": with everything the prompt has {tokens:N0} tokens, "),
                (0, null) => ": ",
                ({ } before, _) when before < messages.Messages => Text($", {messages.Messages - before:N0} more than before: "),
                _ => ", as before: ",
            };
            yield return $"{which}{upTo} {verb} left out{why}{Room(messages.Window)}.";
        }

        if (stats?.LeftOut is { Results: > 0 and var results } shortened)
        {
            yield return $"{(results == 1 ? "A result of the tools was" : Text($"{results:N0} results of the tools were"))} shortened for the model: {Room(shortened.Window)}.";
        }
    }

    /// <summary>What goes wrong with a reply, while it does.</summary>
    public static string Warning(ReplyWarning warning)
    {
        ArgumentNullException.ThrowIfNull(warning);
        return warning.Kind is ReplyWarningKind.Repeating
            ? $"The reply repeats itself: {Repeated(warning)}."
            : Text($"Prompt and reply have passed the context window of {warning.Window:N0} tokens: from about here on the model forgets the beginning.");
    }

    /// <summary>That a reply ended as one that repeats itself; none where it did not.</summary>
    public static IEnumerable<string> Repetition(TurnStats? stats)
    {
        if (stats?.Repetition is { } repetition)
        {
            yield return Text($"After {repetition.From:N0} characters{(repetition.IsThinking ? " of thinking" : "")} the reply only repeated itself: {Repeated(repetition)}.");
        }
    }

    private static string Repeated(ReplyWarning warning) => warning.Period == 1
        ? Text($"one character, over {warning.Times:N0} times")
        : Text($"the same {warning.Period:N0} characters, over {warning.Times:N0} times");

    /// <summary>By how much a prompt is too long.</summary>
    /// <param name="excess">The refusal.</param>
    /// <param name="ranTools">Whether the reply had run tools by then: the model was asked before, and what is too long are their results, too.</param>
    /// <param name="goesOn">Whether the reply was to go on: what there is of it was sent along.</param>
    public static string Excess(ContextExcess excess, bool ranTools = false, bool goesOn = false)
    {
        ArgumentNullException.ThrowIfNull(excess);
        if (ranTools)
        {
            var numbers = excess is { PromptTokens: { } all, Window: { } holds }
                ? Text($"has {all:N0} tokens, the model's context window has {holds:N0}")
                : "is longer than the model's context window";
            return $"With the results of its tools {(excess.HasOlder ? "the conversation" : "your message")} {numbers}, though the results were shortened as far as they can be. What the tools did is done; the model was not asked again, and nothing is lost.";
        }

        var what = (excess.HasOlder, goesOn) switch
        {
            (true, false) => "The conversation",
            (true, true) => "The conversation, with this reply so far,",
            (_, true) => "Your message, with this reply so far,",
            _ => "Your message",
        };
        return excess is { PromptTokens: { } tokens, Window: { } window }
            ? Text($"{what} has {tokens:N0} tokens, the model's context window has {window:N0}. Nothing was sent to the model, and nothing is lost.")
            : $"{what} is longer than the model's context window. Nothing was sent to the model, and nothing is lost.";
    }

    private static string Room(long? window) =>
        window is { } tokens ? Text($"the model's context window holds {tokens:N0} tokens") : "the model's context window is full";

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
