using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Benchmarks.Store;

/// <summary>Any number of conversations, the same for the same seed: prompts of a line, replies of some paragraphs, every twentieth message with a sibling.</summary>
/// <param name="end">When the newest one changed last, UTC.</param>
internal sealed class GeneratedConversations(DateTimeOffset end)
{
    /// <summary>How many messages the first one has: a very long chat.</summary>
    public const int LongOne = 1_000;

    /// <summary>A word of every fifth message.</summary>
    public const string CommonWord = "harbour";

    /// <summary>A word of one message in 50,000.</summary>
    public const string RareWord = "chrysanthemum";

    /// <summary>Whether every twentieth prompt comes with a picture, each another one.</summary>
    public bool HasImages { get; init; }

    private static readonly string[] s_words =
        "the of and to in for on with that is as by from at this which or an be are model token latency queue index parser migration endpoint invoice glacier lantern compass saffron meadow quartz violin orchard telescope".Split(' ');

    /// <summary>So many conversations with so many messages altogether.</summary>
    public IEnumerable<ConversationChanges> Take(int count, int messages)
    {
        var random = new Random(7);
        var number = 0;
        for (var i = 0; i < count; i++)
        {
            var size = i == 0 ? LongOne : Math.Max(2, (messages - number) / (count - i));
            var started = end - TimeSpan.FromMinutes(count - i);
            yield return Make(i, size, started, random, ref number);
        }
    }

    /// <summary>The id of one of them.</summary>
    public static string IdOf(int index) => string.Create(CultureInfo.InvariantCulture, $"{index:x32}");

    private ConversationChanges Make(int index, int size, DateTimeOffset started, Random random, ref int number)
    {
        var messages = ImmutableArray.CreateBuilder<StoredMessage>(size);
        for (var i = 0; i < size; i++, number++)
        {
            var isPrompt = i % 2 == 0;
            var isSibling = i > 20 && i % 20 == 1; // a second reply to the prompt of the one before
            var text = Words(random, isPrompt ? 12 : 60);
            messages.Add(new StoredMessage(i, i == 0 ? null : isSibling ? i - 2 : i - 1, true, new MessageRecord
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"m{number:x31}"),
                ParentId = i == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"m{number - (isSibling ? 2 : 1):x31}"),
                Role = isPrompt ? MessageRole.User : MessageRole.Assistant,
                Text = text + (number % 5 == 0 ? " " + CommonWord : "") + (number % 50_000 == 0 ? " " + RareWord : ""),
                CreatedAt = started + TimeSpan.FromSeconds(i),
                Model = isPrompt ? null : "qwen3:8b",
                Attachments = HasImages && isPrompt && i % 40 == 0 ? [new Attachment("picture.png", new ToolImage("image/png", GeneratedPicture.Png(number)))] : [],
                Capture = CaptureLevel.Preview,
                Stats = isPrompt ? null : new TurnStats { InputTokens = 120, OutputTokens = 80, Duration = TimeSpan.FromSeconds(2) },
            }));
        }

        return new ConversationChanges(new ConversationHead(new ConversationSummary
        {
            Id = IdOf(index), Title = messages[0].Message.Text, Model = "qwen3:8b", CreatedAt = started, UpdatedAt = started + TimeSpan.FromSeconds(size),
        }))
        {
            Messages = messages.DrainToImmutable(),
        };
    }

    private static string Words(Random random, int count)
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Append(i == 0 ? "" : i % 15 == 0 ? ".\n\n" : " ").Append(s_words[random.Next(s_words.Length)]);
        }

        return text.ToString();
    }
}
