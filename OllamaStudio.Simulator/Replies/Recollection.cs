using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Replies;

/// <summary>Tells what was asked before, from the messages that really came with the request.</summary>
internal static class Recollection
{
    private const int Most = 12;

    public static string Write(Conversation conversation)
    {
        var earlier = conversation.EarlierQuestions.Reverse().ToArray();
        if (earlier.Length == 0)
        {
            return "Nothing yet: this is the first question that reached me in this conversation. Ask something else, then ask me again.";
        }

        var missing = conversation.Dropped > 0 ? $"The oldest {conversation.Dropped} messages did not fit into my context and never reached me. " : "";
        var lines = earlier.Select(static (question, index) => $"{index + 1}. {Quote.Of(question)}").TakeLast(Most);
        return
            $"""
            Just before this you wrote {Quote.Of(earlier[^1])}. A model remembers nothing between two requests: I know it only because the studio sent the whole conversation along.

            {missing}What I have of your questions{(earlier.Length > Most ? $", the last {Most}" : "")}:

            {string.Join('\n', lines)}
            """;
    }
}

/// <summary>Brings what a person wrote into a sentence of ours.</summary>
internal static class Quote
{
    /// <summary>One line, in quotation marks, cut at a word's end where it is long, without marks that would become Markdown.</summary>
    public static string Of(string text, int longest = 80)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        line = string.Concat(line.Where(static c => c is not ('`' or '*' or '_' or '[' or ']' or '<' or '>' or '|' or '#')));
        if (line.Length <= longest)
        {
            return $"“{line}”";
        }

        var end = line.LastIndexOf(' ', longest);
        end = end > longest / 2 ? end : longest;
        end -= char.IsHighSurrogate(line[end - 1]) ? 1 : 0;
        return $"“{line[..end].TrimEnd(',', '.', ' ')} …”";
    }
}
