using System.Globalization;
using OllamaStudio.Core.Chat;
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
            yield return messages.PromptTokens is { } tokens
                ? $"{which}{upTo} {verb} left out: {Text($"with everything the prompt has {tokens:N0} tokens")}, {Room(messages.Window)}."
                : $"{which}{upTo} {verb} left out, as before: {Room(messages.Window)}.";
        }

        if (stats?.LeftOut is { Results: > 0 and var results } shortened)
        {
            yield return $"{(results == 1 ? "A result of the tools was" : Text($"{results:N0} results of the tools were"))} shortened for the model: {Room(shortened.Window)}.";
        }
    }

    /// <summary>By how much a prompt is too long.</summary>
    public static string Excess(ContextExcess excess)
    {
        ArgumentNullException.ThrowIfNull(excess);
        var what = excess.HasOlder ? "The conversation" : "Your message";
        return excess is { PromptTokens: { } tokens, Window: { } window }
            ? Text($"{what} has {tokens:N0} tokens, the model's context window has {window:N0}. Nothing was sent to the model, and nothing is lost.")
            : $"{what} is longer than the model's context window. Nothing was sent to the model, and nothing is lost.";
    }

    private static string Room(long? window) =>
        window is { } tokens ? Text($"the model's context window holds {tokens:N0} tokens") : "the model's context window is full";

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
