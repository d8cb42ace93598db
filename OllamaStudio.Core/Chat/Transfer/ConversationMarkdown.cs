using System.Globalization;
using System.Text;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>The branch of a conversation that is shown, as Markdown to be read elsewhere. What was said stands as it is; nothing is escaped.</summary>
public static class ConversationMarkdown
{
    /// <summary>Writes it.</summary>
    /// <param name="title">The conversation's title.</param>
    /// <param name="conversation">The conversation.</param>
    /// <param name="zone">The time zone that its times are told in.</param>
    public static string Of(string title, ConversationDocument conversation, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(conversation);
        ArgumentNullException.ThrowIfNull(zone);
        var markdown = new StringBuilder();
        var path = conversation.Path();
        markdown.Append("# ").AppendLf(OneLine(title)).AppendLf();
        if (conversation.Messages.Length - path.Length is > 0 and var others)
        {
            markdown.AppendLf(string.Create(CultureInfo.InvariantCulture, $"*This is the branch that was shown. {others:#,0} {(others == 1 ? "message" : "messages")} of other branches {(others == 1 ? "is" : "are")} not in it; the JSON export has them all.*")).AppendLf();
        }

        if (conversation.SystemPrompt is { Length: > 0 } system)
        {
            markdown.AppendLf("## System").AppendLf().AppendLf(Whole(system)).AppendLf();
        }

        foreach (var message in path)
        {
            Append(markdown, message, zone);
        }

        return markdown.ToString();
    }

    private static void Append(StringBuilder markdown, MessageRecord message, TimeZoneInfo zone)
    {
        var speaker = message.Role is MessageRole.User ? "You" : message.Model is { } model ? OneLine(model) : "Assistant";
        markdown.AppendLf($"## {speaker}").AppendLf();
        markdown.AppendLf(TimeZoneInfo.ConvertTime(message.CreatedAt, zone).ToString("'*'yyyy-MM-dd HH:mm:ss zzz'*'", CultureInfo.InvariantCulture)).AppendLf();
        foreach (var file in message.Attachments)
        {
            Append(markdown, file);
        }

        foreach (var round in ReplyRound.Of(message))
        {
            if (round.Thinking.Length > 0)
            {
                AppendFolded(markdown, "Thinking", Whole(round.Thinking));
            }

            if (round.Text.Length > 0)
            {
                markdown.AppendLf(Whole(round.Text)).AppendLf();
            }

            foreach (var call in round.Calls)
            {
                Append(markdown, call);
            }
        }

        if (message.Error is { } error)
        {
            markdown.AppendLf($"> **Failed:** {OneLine(error.Message)}").AppendLf();
        }
        else if (message.State is not MessageState.Complete)
        {
            markdown.AppendLf($"> *{message.State}*").AppendLf();
        }
    }

    private static void Append(StringBuilder markdown, Attachment file)
    {
        if (!file.IsImage && file.TryReadText() is { } text)
        {
            AppendFolded(markdown, $"File <code>{Escaped(OneLine(file.Name))}</code>", Fenced(text, ""));
        }
        else
        {
            markdown.AppendLf($"*{(file.IsImage ? "Image" : "File")} {OneLine(file.Name)}, not in this file*").AppendLf();
        }
    }

    private static void Append(StringBuilder markdown, ToolCallRecord call)
    {
        var body = new StringBuilder();
        body.Append(Fenced(call.Arguments, "json"));
        if (call.Result.Length > 0)
        {
            body.AppendLf().AppendLf("Result:").AppendLf().Append(Fenced(call.Result, ""));
        }

        if (call.Images.Length + call.DroppedImages is > 0 and var images)
        {
            body.AppendLf().AppendLf(string.Create(CultureInfo.InvariantCulture, $"*{images:#,0} {(images == 1 ? "image" : "images")}, not in this file*"));
        }

        AppendFolded(markdown, $"Tool <code>{Escaped(OneLine(call.Name))}</code> ({Words(call.State.ToString())})", body.ToString());
    }

    // HTML begins at the first tag and ends at the blank line; what follows is Markdown again.
    private static void AppendFolded(StringBuilder markdown, string summary, string content) =>
        markdown.AppendLf($"<details>\n<summary>{summary}</summary>").AppendLf().AppendLf(content.TrimEnd('\n')).AppendLf().AppendLf("</details>").AppendLf();

    /// <summary>In a fence longer than every run of backticks within.</summary>
    private static string Fenced(string text, string language)
    {
        var fence = AttachedPrompt.Fence(text);
        return $"{fence}{language}\n{text}{(text.EndsWith('\n') ? "" : "\n")}{fence}\n";
    }

    /// <summary>
    /// The text with the code block that it leaves open closed: a reply that was stopped within one would take all that follows into it.
    /// A fence is three or more of ` or ~ at the beginning of a line (at most three spaces before it); as many or more of the same,
    /// and nothing behind them, close it (CommonMark 0.31, 4.5).
    /// </summary>
    private static string Whole(string text)
    {
        string? open = null;
        foreach (var line in text.EnumerateLines())
        {
            var fence = line.TrimStart(' ');
            if (line.Length - fence.Length > 3 || fence is not ['`' or '~', ..])
            {
                continue;
            }

            var sign = fence[0];
            var rest = fence.TrimStart(sign);
            var length = fence.Length - rest.Length;
            if (open is null && length >= 3 && !(sign == '`' && rest.Contains('`')))
            {
                open = new string(sign, length);
            }
            else if (open is not null && sign == open[0] && length >= open.Length && rest.IsWhiteSpace())
            {
                open = null;
            }
        }

        return open is null ? text : $"{text}{(text.EndsWith('\n') ? "" : "\n")}{open}";
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Escaped(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    // "AwaitingApproval" as "awaiting approval".
    private static string Words(string name) => string.Concat(name.Select(static (letter, at) => char.IsUpper(letter) ? (at > 0 ? " " : "") + char.ToLowerInvariant(letter) : letter.ToString()));

    // Markdown has line feeds on every system.
    private static StringBuilder AppendLf(this StringBuilder text, string line = "") => text.Append(line).Append('\n');
}
