using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace OllamaStudio.Core.Telemetry.ModelCalls;

/// <summary>One message as the vocabularies of telemetry see it, before capture and redaction.</summary>
/// <param name="Role">Its role.</param>
/// <param name="Text">Answer, question or tool result.</param>
/// <param name="Reasoning">Thinking; empty where there is none.</param>
/// <param name="ToolCalls">Calls made in it.</param>
/// <param name="ToolCallId">The call that it answers; null where it answers none.</param>
internal sealed record CapturedMessage(string Role, string Text, string Reasoning, IReadOnlyList<FunctionCallContent> ToolCalls, string? ToolCallId)
{
    /// <summary>Most messages put on a span, the newest: a span is not a transcript of ten thousand messages.</summary>
    public const int MaxMessages = 200;

    /// <summary>
    /// The messages of a request; one that answers several calls becomes several. At most <see cref="MaxMessages"/>, the newest.
    /// Instructions are sent as a system message before them, and stand there.
    /// </summary>
    public static IReadOnlyList<CapturedMessage> From(IReadOnlyList<ChatMessage> messages, string? instructions)
    {
        List<CapturedMessage> captured = string.IsNullOrEmpty(instructions) ? [] : [From(new ChatMessage(ChatRole.System, instructions))];
        foreach (var message in messages.Skip(messages.Count - MaxMessages))
        {
            var results = message.Contents.OfType<FunctionResultContent>().ToList();
            if (results.Count == 0)
            {
                captured.Add(From(message));
                continue;
            }

            captured.AddRange(results.Select(result => new CapturedMessage(message.Role.Value, ResultText(result), "", [], result.CallId)));
        }

        return captured.Count <= MaxMessages ? captured : captured[^MaxMessages..];
    }

    /// <summary>The text of a message: what a person would read in it. Files are named by kind and size only.</summary>
    public static string TextOf(ChatMessage message) => TextOf(message.Contents);

    private static string TextOf(IEnumerable<AIContent> contents)
    {
        if (contents is IList<AIContent> and [TextContent only])
        {
            return only.Text;
        }

        var text = new StringBuilder();
        foreach (var content in contents)
        {
            var piece = content switch
            {
                TextReasoningContent => null,
                TextContent part => part.Text,
                FunctionResultContent result => ResultText(result),
                DataContent data => $"[{data.MediaType}, {data.Data.Length} bytes]",
                _ => null,
            };
            if (text.Length > 0 && piece is { Length: > 0 } && content is not TextContent)
            {
                text.Append('\n');
            }

            text.Append(piece);
        }

        return text.ToString();
    }

    private static CapturedMessage From(ChatMessage message) => new(
        message.Role.Value,
        TextOf(message),
        string.Concat(message.Contents.OfType<TextReasoningContent>().Select(reasoning => reasoning.Text)),
        [.. message.Contents.OfType<FunctionCallContent>()],
        ToolCallId: null);

    private static string ResultText(FunctionResultContent result) => result.Result switch
    {
        null => "",
        string text => text,
        AIContent content => TextOf([content]),
        IEnumerable<AIContent> contents => TextOf(contents),
        var other => JsonSerializer.Serialize(other, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(object))),
    };
}
