using System.Text.RegularExpressions;
using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Replies;

/// <summary>Answers a question by the words in it: what was said before, a long text, code, a table, a list, a page of the guide.</summary>
internal static partial class TopicReply
{
    // A page that somebody pasted has every word in it; only a question is searched for topics.
    private const int LongestQuestion = 600;

    public static string Write(Conversation conversation)
    {
        if (conversation.Images.Count > 0)
        {
            return $"{ImageReply.Write(conversation)}\n\n{Signature(conversation, "")}".TrimEnd();
        }

        var question = conversation.Question.Length <= LongestQuestion ? conversation.Question.ToLowerInvariant() : "";
        if (RecallPattern().IsMatch(question))
        {
            return Recollection.Write(conversation);
        }

        var words = WordPattern().Matches(question).Select(static match => match.Value).ToHashSet(StringComparer.Ordinal);
        if (LongReply.Wanted(question) is { } tokens)
        {
            return LongReply.Write(conversation, tokens, words);
        }

        var body = Body(conversation, question, words);
        return ShortPattern().IsMatch(question) ? body.Split("\n\n")[0] : $"{body}\n\n{Signature(conversation, body)}".TrimEnd();
    }

    private static string Body(Conversation conversation, string question, HashSet<string> words) =>
        words.Overlaps(CodeText.AskedBy) ? CodeText.Write(words)
            : words.Contains("markdown") ? MarkdownText.Sample
            : words.Contains("table") ? ShapeReply.Table(conversation)
            : words.Overlaps(ShapeReply.ListAskedBy) ? ShapeReply.List(conversation)
            : GuideText.Entries.FirstOrDefault(entry => entry.Words.Any(phrase => Matches(phrase, question, words))) is { } guide ? guide.Text
            : words.Contains("help") ? GuideText.Entries[0].Text
            : GreetingPattern().IsMatch(question) ? ShapeReply.Greeting(conversation)
            : ShapeReply.Default(conversation);

    /// <summary>A single word must stand on its own ("keys" is not in "monkeys"); a phrase may be anywhere.</summary>
    private static bool Matches(string phrase, string question, HashSet<string> words) =>
        phrase.AsSpan().ContainsAny(' ', '/') ? question.Contains(phrase, StringComparison.Ordinal) : words.Contains(phrase);

    /// <summary>The lines that keep the demo honest, where the text itself does not say it, and that show what arrived besides the question.</summary>
    internal static string Signature(Conversation conversation, string body)
    {
        string?[] lines =
        [
            body.Contains("built-in demo", StringComparison.Ordinal) ? null : $"This came from the built-in demo model {conversation.Model.Name.Name}, not from a language model.",
            conversation.EarlierQuestions.FirstOrDefault() is { } earlier ? $"This is question {conversation.Number} of this conversation; before it you wrote {Quote.Of(earlier)}." : null,
            conversation.Dropped > 0 ? $"The context was full: {conversation.Dropped} earlier messages did not reach me." : null,
            conversation.System.Length > 0 ? $"A system prompt came along: {Quote.Of(conversation.System, 60)}." : null,
        ];
        var text = string.Join(' ', lines.OfType<string>());
        return text.Length == 0 ? "" : $"---\n\n*{text}*";
    }

    [GeneratedRegex(@"\b(?:what (?:did|have) i (?:just )?(?:ask|say|said|write|asked|written)|(?:previous|last|first|earlier) (?:question|message)|how many (?:questions|messages)|do you remember|what were we|so far\?)", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex RecallPattern();

    [GeneratedRegex(@"\b(?:short|brief|briefly|tl;?dr|in (?:one|a) (?:word|sentence))\b", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex ShortPattern();

    [GeneratedRegex(@"^\W*(?:hi|hello|hey|good (?:morning|evening|afternoon)|test|ping)\b", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex GreetingPattern();

    [GeneratedRegex(@"\.?[\p{L}\d]+(?:[#+/]\p{L}*)?", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex WordPattern();
}

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
