using System.Globalization;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Chat;

/// <summary>What is said below a reply whose context the server cut: Ollama itself says nothing of it.</summary>
public static class ContextText
{
    /// <summary>A sentence for each thing that was lost, with the numbers; none where nothing was, or nothing is known.</summary>
    public static IEnumerable<string> Notes(ContextUse? context)
    {
        if (context is { IsTruncated: true, Input: { } read })
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Ollama left out the oldest part of what was sent: the model read {read:N0} tokens, and its context window holds {context.Window:N0}.");
        }

        if (context is { IsShifted: true, Input: { } input, Output: { } output })
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Prompt and reply, {input + output:N0} tokens, outgrew the context window of {context.Window:N0}: the model forgot the beginning while it wrote.");
        }
    }
}
