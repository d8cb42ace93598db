using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Telemetry;

/// <summary>
/// How long what is sent is, in characters: messages with their thinking, calls and results, and the definitions of tools. No tokenizer is
/// at hand; what a model makes of so many characters is told by its counts (<see cref="TokenRatios"/>).
/// </summary>
public static class PromptWeight
{
    // An image weighs about as much as so many characters: models read it as some 500 to 1,000 tokens.
    internal const int PerImage = 3_000;

    // The marks around a message and its role.
    internal const int PerMessage = 12;

    // {"type":"function","function":{"name":"","description":"","parameters":}} around each tool.
    private const int PerTool = 74;

    // A schema is written out once and not with every prompt.
    private static readonly ConditionalWeakTable<AITool, object> s_tools = [];

    /// <summary>Of messages.</summary>
    public static long Of(IEnumerable<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return messages.Sum(Of);
    }

    /// <summary>Of a message.</summary>
    public static long Of(ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        long weight = PerMessage;
        for (var i = 0; i < message.Contents.Count; i++)
        {
            weight += Of(message.Contents[i]);
        }

        return weight;
    }

    /// <summary>Of a part of a message.</summary>
    public static long Of(AIContent content) => content switch
    {
        TextContent text => text.Text.Length,
        TextReasoningContent thinking => thinking.Text.Length,
        FunctionCallContent call => call.Name.Length + (call.Arguments?.Sum(static argument => argument.Key.Length + (argument.Value?.ToString()?.Length ?? 0)) ?? 0),
        FunctionResultContent { Result: IEnumerable<AIContent> parts } => parts.Sum(Of),
        FunctionResultContent result => result.Result?.ToString()?.Length ?? 0,
        DataContent => PerImage,
        CountedText counted => counted.Length,
        _ => 0,
    };

    /// <summary>How many images are among messages, those of tools' results too.</summary>
    public static int ImagesIn(IEnumerable<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return messages.Sum(static message => message.Contents.Sum(static content => content switch
        {
            DataContent => 1,
            FunctionResultContent { Result: IEnumerable<AIContent> parts } => parts.Count(static part => part is DataContent),
            _ => 0,
        }));
    }

    /// <summary>Of the definitions of tools, as they are sent; 0 for none.</summary>
    public static long Of(IEnumerable<AITool>? tools) => tools?.Sum(Of) ?? 0;

    private static long Of(AITool tool) => (long)s_tools.GetValue(tool, static tool =>
        (long)PerTool + tool.Name.Length + tool.Description.Length + (tool is AIFunctionDeclaration function ? ToolJson.Value(function.JsonSchema).Length : 0));
}

/// <summary>Stands for a text that was counted and is not at hand; never sent.</summary>
/// <param name="length">How long it is, in characters.</param>
internal sealed class CountedText(int length) : AIContent
{
    /// <summary>How long it is, in characters.</summary>
    public int Length => length;
}
