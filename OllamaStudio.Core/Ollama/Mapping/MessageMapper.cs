using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama.Json;
using OllamaStudio.Core.Primitives;
using Message = OllamaSharp.Models.Chat.Message;

namespace OllamaStudio.Core.Ollama.Mapping;

/// <summary>Makes Ollama's messages of the abstractions'.</summary>
internal static class MessageMapper
{
    /// <summary>Maps <paramref name="messages"/>, with <paramref name="instructions"/> as a system message before them.</summary>
    public static List<OllamaMessage> Map(IReadOnlyList<ChatMessage> messages, string? instructions)
    {
        var mapped = new List<OllamaMessage>(messages.Count + 1);
        if (!string.IsNullOrWhiteSpace(instructions))
        {
            mapped.Add(new OllamaMessage { Role = "system", Content = instructions });
        }

        // Calls so far: a result names its call by id only, Ollama wants the tool's name too, and the order of the calls.
        var calls = new Dictionary<string, (string Name, int Order)>(StringComparer.Ordinal);
        var results = new List<FunctionResultContent>();
        foreach (ChatMessage message in messages)
        {
            results.AddRange(message.Contents.OfType<FunctionResultContent>());
            if (MapOne(message, calls) is { } one)
            {
                Flush(results, calls, mapped);
                mapped.Add(one);
            }
        }

        Flush(results, calls, mapped);
        return mapped;
    }

    /// <summary>The message without its tool results; null where nothing is left of it.</summary>
    private static OllamaMessage? MapOne(ChatMessage message, Dictionary<string, (string Name, int Order)> calls)
    {
        StringBuilder? text = null, thinking = null;
        List<string>? images = null;
        List<Message.ToolCall>? toolCalls = null;
        foreach (AIContent content in message.Contents)
        {
            switch (content)
            {
                case TextContent { Text.Length: > 0 } part:
                    (text ??= new()).Append(part.Text);
                    break;
                case TextReasoningContent { Text.Length: > 0 } part:
                    (thinking ??= new()).Append(part.Text);
                    break;
                case DataContent data:
                    (images ??= []).Add(Image(data));
                    break;
                case UriContent link:
                    throw Unsendable($"a link to {link.MediaType}", "Attach the file itself: Ollama fetches nothing.");
                case FunctionCallContent call:
                    toolCalls ??= [];
                    calls[call.CallId] = (call.Name, toolCalls.Count);
                    toolCalls.Add(new Message.ToolCall { Id = call.CallId, Function = new() { Index = toolCalls.Count, Name = call.Name, Arguments = Arguments(call) } });
                    break;
                default:
                    // Usage, errors and other notes about a message are not part of it.
                    break;
            }
        }

        bool isAssistant = message.Role == ChatRole.Assistant;
        bool isEmpty = text is null && images is null && toolCalls is null && (thinking is null || !isAssistant);
        if (isEmpty && (isAssistant || message.Role == ChatRole.Tool || message.Contents.OfType<FunctionResultContent>().Any()))
        {
            // A reply that was stopped before its first word would only puzzle the model.
            return null;
        }

        return new OllamaMessage
        {
            Role = message.Role.Value,
            Content = text?.ToString() ?? "",
            Thinking = isAssistant ? thinking?.ToString() : null,
            Images = images?.ToArray(),
            ToolCalls = toolCalls,
        };
    }

    // Anything but an object is a 400 from Ollama: what a model got wrong must not make its history unusable.
    private static Dictionary<string, object?> Arguments(FunctionCallContent call) =>
        ToolJson.ArgumentsElement(call).Fields().ToDictionary(argument => argument.Key, argument => (object?)argument.Value, StringComparer.Ordinal);

    /// <summary>Adds one <c>tool</c> message per collected result, in the order of the calls.</summary>
    private static void Flush(List<FunctionResultContent> results, Dictionary<string, (string Name, int Order)> calls, List<OllamaMessage> mapped)
    {
        foreach (FunctionResultContent result in results.OrderBy(result => calls.TryGetValue(result.CallId, out var call) ? call.Order : int.MaxValue))
        {
            (string text, List<string>? images) = Result(result);
            mapped.Add(new OllamaMessage
            {
                Role = "tool",
                Content = text,
                Images = images?.ToArray(),
                ToolName = calls.TryGetValue(result.CallId, out var call) ? call.Name : null,
                ToolCallId = result.CallId,
            });
        }

        results.Clear();
    }

    private static (string Text, List<string>? Images) Result(FunctionResultContent content)
    {
        switch (content.Result)
        {
            case null:
                // The exception's words are not for the model: whoever ran the tool decides what it may know.
                return (content.Exception is null ? "" : "Error: the tool failed.", null);
            case string text:
                return (text, null);
            case AIContent one:
                return Result([one]);
            case IEnumerable<AIContent> many:
                return Result(many);
            case JsonElement { ValueKind: JsonValueKind.String } json:
                return (json.GetString()!, null);
            default:
                return (ToolJson.Value(content.Result), null);
        }
    }

    private static (string Text, List<string>? Images) Result(IEnumerable<AIContent> contents)
    {
        var text = new StringBuilder();
        List<string>? images = null;
        foreach (AIContent content in contents)
        {
            if (content is DataContent data && data.HasTopLevelMediaType("image"))
            {
                (images ??= []).Add(Image(data));
            }
            else if (content is TextContent { Text.Length: > 0 } part)
            {
                text.Append(text.Length == 0 ? "" : "\n").Append(part.Text);
            }
        }

        return (text.ToString(), images);
    }

    private static string Image(DataContent data) =>
        data.HasTopLevelMediaType("image") ? Convert.ToBase64String(data.Data.Span) : throw Unsendable(data.MediaType, "Send text and images only.");

    private static OllamaException Unsendable(string what, string nextStep) =>
        new(OllamaErrorKind.Refused, $"Ollama takes no {what} in a message.", nextStep);
}
