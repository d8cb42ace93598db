using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OllamaStudio.Simulator.Faults;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Models;
using OllamaStudio.Simulator.Tools;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Replies;

/// <summary>Decides what a demo model says: the same for the same conversation and seed.</summary>
internal static class ReplyAuthor
{
    public static Reply Write(Conversation conversation) => ContinuedReply.Write(conversation) ?? WriteAnew(conversation);

    /// <summary>The same without a look at an answer that is not finished.</summary>
    public static Reply WriteAnew(Conversation conversation)
    {
        var fails = conversation.Model.Behaviour == DemoCatalog.Faults;
        var calls = fails || conversation.Format is not null ? [] : ToolPlanner.Plan(conversation);
        return new Reply
        {
            Thinking = ThinkingAuthor.Write(conversation),
            Calls = calls,
            Text = conversation.Format is { } schema ? Structured(conversation, schema)
                : !calls.IsEmpty ? ""
                : conversation.ToolResults.Count > 0 ? ToolAnswer.Write(conversation)
                : fails ? FaultReply.Write(conversation)
                : TopicReply.Write(conversation),
        };
    }

    /// <summary>An answer in JSON: a small value of the schema that was sent, or an object of our own.</summary>
    private static string Structured(Conversation conversation, JsonObject schema)
    {
        var value = schema.Count > 0 ? SampleValue.Make(schema, "demo") : new JsonObject
        {
            ["source"] = "built-in demo of OllamaStudio, no real model",
            ["question"] = conversation.Question,
            ["number"] = conversation.Number,
        };
        return value?.ToJsonString(WireContext.Wire.Options) ?? "null";
    }
}

/// <summary>What the model <c>demo-faults</c> says: its list, or some sentences for the fault to happen in.</summary>
internal static class FaultReply
{
    public static string Write(Conversation conversation) =>
        FaultCatalog.FindInPrompt(conversation.Question) is { } found ? During(found.Known) : List();

    private static string During(DemoFault fault) =>
        $"""
        You asked for the fault **{fault.Name}**. {fault.Description}

        This text is here so that something has arrived when it happens. Look at three things: what the message says and whether its text is kept, what the live spans show as status and error, and whether the chat goes on well with the next question.

        If you can read this to the end, the fault lies before or after these words, not within them.
        """;

    private static string List()
    {
        var text = new StringBuilder(
            """
            I am **demo-faults**, a demo model that fails on request. Name a fault in your message, such as `cut`, and it happens to the answer.

            | Name | What you see | A number after `=` |
            |---|---|---|

            """);
        foreach (var fault in FaultCatalog.All)
        {
            var number = fault.Unit is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{fault.Unit}, usually {fault.DefaultAmount:N0}");
            text.Append(CultureInfo.InvariantCulture, $"| `{fault.Name}` | {fault.Description} | {number} |\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"\nSo `cut=5` breaks the connection after five chunks. With any other model, the request header `{FaultCatalog.Header}: cut` does the same.").ToString();
    }
}
