using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>What becomes of the images of prompts.</summary>
public enum PromptImages
{
    /// <summary>They are sent.</summary>
    Sent,

    /// <summary>A mark stands for each, and for each text: all is counted only. No image is read, and no text twice.</summary>
    Counted,

    /// <summary>The model reads none: the prompt says so in their place.</summary>
    LeftOut,

    /// <summary>The same, and a mark stands for each text.</summary>
    CountedLeftOut,
}

/// <summary>
/// Makes the message that is sent of a prompt and its files: texts stand below the prompt in fences, images beside it. The person's own words
/// come first, for they are what a trace is called.
/// </summary>
internal static class AttachedPrompt
{
    private static readonly DataContent s_mark = new(new byte[1], "image/png");

    // How long texts are in their fences. What they are never changes, and they are counted with every pause in typing.
    private static readonly ConditionalWeakTable<ToolImage, CountedText> s_counted = [];

    /// <summary>The message. Reads the disk, unless there is no file, or they are counted and were before.</summary>
    public static ChatMessage Of(MessageRecord prompt, PromptImages images = PromptImages.Sent)
    {
        if (prompt.Attachments.IsEmpty)
        {
            return new ChatMessage(ChatRole.User, prompt.Text) { MessageId = prompt.Id };
        }

        var text = new StringBuilder(prompt.Text);
        List<AIContent> pictures = [];
        var isCounted = images is PromptImages.Counted or PromptImages.CountedLeftOut;
        foreach (var file in prompt.Attachments)
        {
            if (!file.IsImage && isCounted && Count(file) is { } counted)
            {
                Append(text, Heading(file));
                pictures.Add(counted);
            }
            else if (!file.IsImage)
            {
                AppendFile(text, file);
            }
            else if (images is PromptImages.Counted)
            {
                pictures.Add(s_mark);
            }
            else if (images is PromptImages.LeftOut or PromptImages.CountedLeftOut)
            {
                Append(text, $"[The image {file.Name} cannot be shown to you: you read no images.]");
            }
            else if (file.Content.TryRead() is { } data)
            {
                pictures.Add(new DataContent(data, file.Content.MediaType));
            }
            else
            {
                Append(text, $"[The image {file.Name} is no longer kept.]");
            }
        }

        return new ChatMessage(ChatRole.User, [new TextContent(text.ToString()), .. pictures]) { MessageId = prompt.Id };
    }

    private static void AppendFile(StringBuilder text, Attachment file) =>
        Append(text, file.TryReadText() is { } content ? Heading(file) + Fenced(content) : $"[The file {file.Name} is no longer kept.]");

    // Null where it is no longer kept.
    private static CountedText? Count(Attachment file)
    {
        if (!s_counted.TryGetValue(file.Content, out var counted) && file.TryReadText() is { } content)
        {
            s_counted.AddOrUpdate(file.Content, counted = new CountedText(Fenced(content).Length));
        }

        return counted;
    }

    private static string Heading(Attachment file) => $"File {file.Name}:\n";

    /// <summary>A text in a fence longer than any in it, so that its end is certain.</summary>
    private static string Fenced(string content)
    {
        var fence = Fence(content);
        return $"{fence}\n{content}{(content.EndsWith('\n') ? "" : "\n")}{fence}";
    }

    private static void Append(StringBuilder text, string part) => text.Append(text.Length == 0 ? "" : "\n\n").Append(part);

    internal static string Fence(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var sign in text)
        {
            run = sign == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return new string('`', Math.Max(3, longest + 1));
    }
}
