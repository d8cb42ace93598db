using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using OllamaStudio.Simulator.Generation;

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
        return match.Success && int.TryParse(match.Groups["count"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var count)
            ? Math.Clamp(match.Groups["unit"].Value == "word" ? count * 4 / 3 : count, Least, Most)
            : LongPattern().IsMatch(question) ? Usual : null;
    }

    /// <summary>Section after section until the length is reached, then to the end of the sentence; of code, a list or a table where the question names it, to the end of the line.</summary>
    public static string Write(Conversation conversation, int tokens, HashSet<string> words)
    {
        var (start, pieces, end) = words.Overlaps(CodeText.AskedBy) ? ("```csharp\n", CodeText.Functions(), "```")
            : words.Overlaps(ShapeReply.ListAskedBy) ? ("", ShapeReply.Items(), "")
            : words.Contains("table") ? (ShapeReply.TableHead, ShapeReply.Rows(), "")
            : (Beginning(tokens), Sections(conversation.Chance()), "");
        var endsAt = start.StartsWith('#') ? '.' : '\n';
        var text = new StringBuilder(start);
        foreach (var token in pieces.SelectMany(Tokenizer.Split))
        {
            text.Append(token);
            if (--tokens <= 0 && token[^1] == endsAt)
            {
                break;
            }
        }

        text.Append(end);
        return $"{text}\n\n{TopicReply.Signature(conversation, text.ToString())}".TrimEnd();
    }

    private static string Beginning(int tokens) =>
        $"""
        # {LongText.Title}

        *The built-in demo writes about {tokens.ToString("N0", CultureInfo.InvariantCulture)} tokens here, as a model would: press Stop whenever you like.*


        """;

    /// <summary>Without end. The beginning first; what follows starts elsewhere for another seed or conversation.</summary>
    private static IEnumerable<string> Sections(Random chance)
    {
        var first = chance.Next(LongText.Sections.Length - 1);
        for (var i = 0; ; i++)
        {
            var (heading, body) = LongText.Sections[i == 0 ? 0 : 1 + ((first + i) % (LongText.Sections.Length - 1))];
            yield return $"## {(i + 1).ToString(CultureInfo.InvariantCulture)}: {heading}\n\n{body}\n\n";
        }
    }

    [GeneratedRegex(@"(?<count>\d[\d,]{0,9})[ -](?<unit>token|word)s?\b", RegexOptions.ExplicitCapture, Patterns.Timeout)]
    private static partial Regex LengthPattern();

    [GeneratedRegex(@"\b(?:long|longer|lengthy|essay|in detail|detailed|article)\b(?! ago)", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex LongPattern();
}
