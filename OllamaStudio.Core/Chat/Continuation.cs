using System.Text;
using Microsoft.Extensions.AI;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// The rest of a reply that ended too early. A model that begins with what stands there already, all of it or its end, has that cut off: what
/// comes is held back while it is found in the text, a few words most of the time. Not safe for concurrent use.
/// </summary>
/// <param name="before">What there is of the reply.</param>
/// <param name="isPrefilled">Whether the model goes on within its own answer; else it was asked to in words, and begins a new one.</param>
internal sealed class Continuation(string before, bool isPrefilled)
{
    /// <summary>What a model is told that cannot go on within its answer. It is sent and not shown.</summary>
    public const string Instruction =
        "Continue your last answer exactly where it ends. Write only what follows: repeat nothing of it, begin with no introduction, and keep its language and format.";

    // Fewer characters may be the same by chance.
    private const int LeastRepeated = 8;

    private readonly StringBuilder _held = new();
    private bool _isOn;

    /// <summary>What is sent beyond the conversation up to the prompt.</summary>
    /// <param name="partial">The reply.</param>
    public IEnumerable<ChatMessage> Messages(MessageRecord partial) =>
        isPrefilled ? History.WithTools(partial) : [.. History.WithTools(partial), new ChatMessage(ChatRole.User, Instruction)];

    /// <summary>Takes a piece of what the model writes.</summary>
    /// <returns>What of it, and of what was held back, is new; may be empty.</returns>
    public string Take(string piece)
    {
        if (_isOn)
        {
            return piece;
        }

        var held = _held.Append(piece).ToString();
        return before.Contains(held, StringComparison.Ordinal) ? "" : Release(held);
    }

    /// <summary>The model has ended.</summary>
    /// <returns>What was held back and is new after all; may be empty.</returns>
    public string Flush()
    {
        var held = _held.ToString();
        return _isOn || held.Length == 0 || (held.Length >= LeastRepeated && before.StartsWith(held, StringComparison.Ordinal)) ? "" : Release(held);
    }

    private string Release(string held)
    {
        _isOn = true;
        for (var length = Math.Min(before.Length, held.Length); length >= LeastRepeated; length--)
        {
            if (before.AsSpan()[^length..].SequenceEqual(held.AsSpan(0, length)))
            {
                return held[length..];
            }
        }

        // A new answer begins with no space.
        return !isPrefilled && char.IsLetterOrDigit(before[^1]) && char.IsLetterOrDigit(held[0]) ? " " + held : held;
    }
}
