using System.Text;
using Microsoft.Extensions.AI;

namespace OllamaStudio.Core.Tools;

/// <summary>
/// Gathers what the history needs of a streamed answer: its text and thinking, each in one piece, and its calls. The pieces themselves are
/// not kept; a long answer has a hundred thousand of them. Not safe for concurrent use.
/// </summary>
/// <param name="keepsWords">Whether text and thinking are kept; without them there are only the calls.</param>
internal sealed class AnswerCollector(bool keepsWords)
{
    private readonly StringBuilder _thinking = new();
    private readonly StringBuilder _text = new();
    private readonly List<FunctionCallContent> _calls = [];

    /// <summary>The calls so far, in their order.</summary>
    public IReadOnlyList<FunctionCallContent> Calls => _calls;

    /// <summary>Takes the next piece.</summary>
    public void Add(ChatResponseUpdate update)
    {
        foreach (var content in update.Contents)
        {
            switch (content)
            {
                case TextReasoningContent thought when keepsWords:
                    _thinking.Append(thought.Text);
                    break;
                case TextContent text when keepsWords:
                    _text.Append(text.Text);
                    break;
                case FunctionCallContent call:
                    _calls.Add(call);
                    break;
            }
        }
    }

    /// <summary>The answer as the model is told that it gave it.</summary>
    public ChatMessage ToMessage()
    {
        List<AIContent> contents = [];
        if (_thinking.Length > 0)
        {
            contents.Add(new TextReasoningContent(_thinking.ToString()));
        }

        if (_text.Length > 0)
        {
            contents.Add(new TextContent(_text.ToString()));
        }

        return new ChatMessage(ChatRole.Assistant, [.. contents, .. _calls]);
    }
}
