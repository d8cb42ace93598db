using OllamaStudio.Simulator.Replies.Texts;

namespace OllamaStudio.Simulator.Replies;

/// <summary>Code in the language that is asked for, else in several.</summary>
internal static class CodeReply
{
    private const int Several = 4;

    public static string Write(string question, HashSet<string> words)
    {
        var asked = CodeText.Samples.Where(sample => sample.Words.Any(words.Contains)).ToArray();
        if (asked.Length > 0)
        {
            return string.Join("\n\n", asked.Select(Block));
        }

        var start = question.Contains(" in ", StringComparison.Ordinal)
            ? "I have no sample in that language; here are the ones closest to hand."
            : "The same small task, talking to Ollama, in a few languages.";
        return $"{start}\n\n{string.Join("\n\n", CodeText.Samples.Take(Several).Select(Block))}\n\n"
            + $"Name one to see only that: {string.Join(", ", CodeText.Samples.Select(static sample => sample.Fence))}.";
    }

    private static string Block(CodeSample sample) => $"{sample.Caption}\n\n```{sample.Fence}\n{sample.Code}\n```";
}
