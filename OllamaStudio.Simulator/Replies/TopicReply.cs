using System.Globalization;
using System.Text.RegularExpressions;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Replies.Texts;

namespace OllamaStudio.Simulator.Replies;

/// <summary>Answers a question by the words in it: what was said before, a long text, code, a table, a list, a page of the guide.</summary>
internal static partial class TopicReply
{
    // A page that somebody pasted has every word in it; only a question is searched for topics.
    private const int LongestQuestion = 600;

    public static string Write(Conversation conversation)
    {
        var question = conversation.Question.Length <= LongestQuestion ? conversation.Question.ToLowerInvariant() : "";
        if (RecallPattern().IsMatch(question))
        {
            return Recollection.Write(conversation);
        }

        if (LongReply.Wanted(question) is { } tokens)
        {
            return LongReply.Write(conversation, tokens);
        }

        var body = Body(conversation, question);
        return ShortPattern().IsMatch(question) ? FirstParagraph(body) : $"{body}\n\n{Signature(conversation, body)}".TrimEnd();
    }

    private static string Body(Conversation conversation, string question)
    {
        var words = Words(question);
        if (words.Contains("code") || words.Overlaps(["script", "program", "snippet"]))
        {
            return CodeReply.Write(question, words);
        }

        if (words.Contains("table"))
        {
            return ShapeReply.Table(conversation);
        }

        if (words.Contains("list") || question.Contains("bullet", StringComparison.Ordinal))
        {
            return ShapeReply.List(conversation);
        }

        if (question.Trim(' ', '?', '!', '.') == "help")
        {
            return GuideText.Overview.Text;
        }

        if (GuideText.Entries.FirstOrDefault(entry => entry.Words.Any(phrase => Matches(phrase, question, words))) is { } guide)
        {
            return guide.Text;
        }

        return GreetingPattern().IsMatch(question) ? ShapeReply.Greeting(conversation) : ShapeReply.Default(conversation);
    }

    /// <summary>A single word must stand on its own ("keys" is not in "monkeys"); a phrase may be anywhere.</summary>
    private static bool Matches(string phrase, string question, HashSet<string> words) =>
        phrase.AsSpan().ContainsAny(' ', '/') ? question.Contains(phrase, StringComparison.Ordinal) : words.Contains(phrase);

    internal static HashSet<string> Words(string question) =>
        WordPattern().Matches(question).Select(static match => match.Value).ToHashSet(StringComparer.Ordinal);

    /// <summary>The lines that keep the demo honest, where the text itself does not say it, and that show what arrived besides the question.</summary>
    internal static string Signature(Conversation conversation, string body)
    {
        var lines = new List<string>();
        if (!body.Contains("built-in demo", StringComparison.Ordinal))
        {
            lines.Add($"This came from the built-in demo model {conversation.Model.Name.Name}, not from a language model.");
        }

        if (conversation.EarlierQuestions.FirstOrDefault() is { } earlier)
        {
            lines.Add($"This is question {conversation.Number.ToString(CultureInfo.InvariantCulture)} of this conversation; before it you wrote {Quote.Of(earlier)}.");
        }

        if (conversation.Dropped > 0)
        {
            lines.Add($"The context was full: {conversation.Dropped.ToString(CultureInfo.InvariantCulture)} earlier messages did not reach me.");
        }

        if (conversation.System.Length > 0)
        {
            lines.Add($"A system prompt came along: {Quote.Of(conversation.System, 60)}.");
        }

        if (conversation.Images > 0)
        {
            lines.Add($"It came with {conversation.Images.ToString(CultureInfo.InvariantCulture)} {(conversation.Images == 1 ? "image" : "images")}, which a demo cannot see.");
        }

        return lines.Count == 0 ? "" : $"---\n\n*{string.Join(' ', lines)}*";
    }

    private static string FirstParagraph(string text) => text.Split("\n\n")[0];

    [GeneratedRegex(@"\b(?:what (?:did|have) i (?:just )?(?:ask|say|said|write|asked|written)|(?:previous|last|first|earlier) (?:question|message)|how many (?:questions|messages)|do you remember|what were we|so far\?)", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex RecallPattern();

    [GeneratedRegex(@"\b(?:short|brief|briefly|tl;?dr|in (?:one|a) (?:word|sentence))\b", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex ShortPattern();

    [GeneratedRegex(@"^\W*(?:hi|hello|hey|good (?:morning|evening|afternoon)|test|ping)\b", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex GreetingPattern();

    [GeneratedRegex(@"\.?[\p{L}\d]+(?:[#+/]\p{L}*)?", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex WordPattern();
}
