using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Replies.Texts;

namespace OllamaStudio.Simulator.Replies;

/// <summary>Answers of a length: for trying Stop, scrolling, and what a long generation looks like in the panel.</summary>
internal static partial class LongReply
{
    private const int Usual = 2000;
    private const int Least = 50;
    private const int Most = 100_000;

    /// <summary>How many tokens a question asks for: "long" means 2,000, "500 words" about as many; null where it asks for no length.</summary>
    public static int? Wanted(string question)
    {
        var match = LengthPattern().Match(question);
        if (match.Success && int.TryParse(match.Groups["count"].Value.Replace(",", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return Math.Clamp(match.Groups["unit"].Value == "word" ? count * 4 / 3 : count, Least, Most);
        }

        return LongPattern().IsMatch(question) ? Usual : null;
    }

    /// <summary>Section after section until the length is reached, then to the end of the sentence.</summary>
    public static string Write(Conversation conversation, int tokens)
    {
        var text = new StringBuilder();
        var left = tokens;
        Add($"# {LongText.Title}");
        Add($"*The built-in demo writes about {tokens.ToString("N0", CultureInfo.InvariantCulture)} tokens here, as a model would: press Stop whenever you like.*");
        var sections = InOrder(conversation.Chance());
        for (var i = 0; left > 0; i++)
        {
            var (heading, body) = sections[i % sections.Length];
            var paragraphs = body.Split("\n\n");
            Add($"## {(i + 1).ToString(CultureInfo.InvariantCulture)}. {heading}");
            // A heading never stands alone, so its first paragraph comes along in any case.
            Add(Cut(paragraphs[0], left));
            foreach (var paragraph in paragraphs.Skip(1).TakeWhile(_ => left > 0))
            {
                Add(Cut(paragraph, left));
            }
        }

        return text.Append(TopicReply.Signature(conversation, text.ToString())).ToString().TrimEnd();

        void Add(string part)
        {
            text.Append(part).Append("\n\n");
            left -= Tokenizer.Count(part) + 1;
        }
    }

    /// <summary>The beginning first, the summing up last; what is between starts elsewhere for another seed or conversation.</summary>
    private static (string Heading, string Text)[] InOrder(Random chance)
    {
        var between = LongText.Sections[1..^1];
        var first = chance.Next(between.Length);
        return [LongText.Sections[0], .. between[first..], .. between[..first], LongText.Sections[^1]];
    }

    /// <summary>The sentences of a paragraph up to the one with which the length is reached.</summary>
    private static string Cut(string paragraph, int tokens)
    {
        for (var end = paragraph.IndexOf(". ", StringComparison.Ordinal); end >= 0; end = paragraph.IndexOf(". ", end + 1, StringComparison.Ordinal))
        {
            if (Tokenizer.Count(paragraph[..(end + 1)]) >= tokens)
            {
                return paragraph[..(end + 1)];
            }
        }

        return paragraph;
    }

    [GeneratedRegex(@"(?<count>\d[\d,]{0,9})[ -](?<unit>token|word)s?\b", RegexOptions.ExplicitCapture, Patterns.Timeout)]
    private static partial Regex LengthPattern();

    [GeneratedRegex(@"\b(?:long|longer|lengthy|essay|in detail|detailed|article)\b(?! ago)", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex LongPattern();
}
