using System.Globalization;
using System.Text;
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

        var text = new StringBuilder()
            .Append("Just before this you wrote ").Append(Quote.Of(earlier[^1])).Append(". ")
            .Append("A model remembers nothing between two requests: I know it only because the studio sent the whole conversation along.\n\n");
        if (conversation.Dropped > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"The oldest {conversation.Dropped} messages did not fit into my context and never reached me. ");
        }

        text.Append("What I have of your questions:\n\n");
        var skipped = Math.Max(0, earlier.Length - Most);
        for (var i = skipped; i < earlier.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i + 1}. {Quote.Of(earlier[i])}\n");
        }

        if (skipped > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nBefore those came {skipped} more.\n");
        }

        return text.ToString().TrimEnd();
    }
}
