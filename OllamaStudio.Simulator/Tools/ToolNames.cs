using System.Collections.Immutable;
using System.Text.RegularExpressions;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Tools;

/// <summary>Where a prompt names a tool.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Start">Where its name begins in the prompt.</param>
/// <param name="Length">How many characters the name has there.</param>
internal sealed record ToolMention(ToolFunction Tool, int Start, int Length);

/// <summary>
/// Finds the tools that a prompt asks for by name: "use the tool echo", "call get-sum", "toggle simulated logging". Where
/// several servers have a tool of one name, clients put the server's name before it (<c>web_echo</c>); people go on saying
/// "echo", or "the echo tool of the web server".
/// </summary>
internal static partial class ToolNames
{
    private const int ShortestName = 3;

    /// <summary>The tool that is named: by the longest name, then with its server, then the first on offer; null for none.</summary>
    public static ToolMention? Find(ImmutableArray<ToolFunction> tools, string prompt)
    {
        var plain = Plain(prompt);
        return tools
            .SelectMany(tool => NamesOf(tool, tools).Select(name => Locate(tool, name, prompt, plain)))
            .OfType<ToolMention>()
            .OrderByDescending(static mention => mention.Length)
            .ThenByDescending(mention => IsOfNamedServer(mention.Tool, tools, prompt))
            .FirstOrDefault();
    }

    /// <summary>Whether the tool bears the name of a server that the prompt names.</summary>
    public static bool IsOfNamedServer(ToolFunction tool, ImmutableArray<ToolFunction> tools, string prompt) =>
        SharedName(tool, tools) is { } own && IsWord(tool.Name[..^(own.Length + 1)], prompt);

    private static IEnumerable<string> NamesOf(ToolFunction tool, ImmutableArray<ToolFunction> tools) =>
        SharedName(tool, tools) is { } own ? [tool.Name, own] : [tool.Name];

    /// <summary>What stands behind the server's name: the longest ending behind a <c>_</c> that another tool has as well.</summary>
    private static string? SharedName(ToolFunction tool, ImmutableArray<ToolFunction> tools)
    {
        for (var at = tool.Name.IndexOf('_', StringComparison.Ordinal); at > 0; at = tool.Name.IndexOf('_', at + 1))
        {
            var own = tool.Name[(at + 1)..];
            if (own.Length >= ShortestName
                && tools.Any(other => other.Name != tool.Name && (other.Name == own || other.Name.EndsWith('_' + own, StringComparison.Ordinal))))
            {
                return own;
            }
        }

        return null;
    }

    private static ToolMention? Locate(ToolFunction tool, string name, string prompt, string plain)
    {
        if (name.Length < ShortestName)
        {
            return null;
        }

        var wanted = Plain(name);
        for (var at = plain.IndexOf(wanted, StringComparison.OrdinalIgnoreCase); at >= 0; at = plain.IndexOf(wanted, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + name.Length;
            if (IsWholeWord(prompt, at, end) && IsMeant(name, prompt, at, end))
            {
                return new ToolMention(tool, at, name.Length);
            }
        }

        return null;
    }

    // Plain words may be there by chance; a name with a joint in it, written as it is, hardly is.
    private static bool IsMeant(string name, string prompt, int start, int end) =>
        start == 0
        || (name.AsSpan().IndexOfAny('_', '-', '.') > 0 && prompt.AsSpan(start, name.Length).Equals(name, StringComparison.OrdinalIgnoreCase))
        || InvokingPattern().IsMatch(prompt[Math.Max(0, start - 40)..start])
        || prompt[end..].TrimStart('`', '"', '\'', ' ').StartsWith("tool", StringComparison.OrdinalIgnoreCase);

    /// <summary>The same text with blanks for the joints of names.</summary>
    private static string Plain(string text) => text.Replace('_', ' ').Replace('-', ' ').Replace('.', ' ');

    private static bool IsWord(string word, string text)
    {
        var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase);
        return at >= 0 && IsWholeWord(text, at, at + word.Length);
    }

    private static bool IsWholeWord(string text, int start, int end) => !IsWordPart(text, start - 1) && !IsWordPart(text, end);

    private static bool IsWordPart(string text, int at) => at >= 0 && at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '-');

    // "call get-sum", and "ask the web server to echo …", "the web server's echo".
    [GeneratedRegex(@"\b(?:use|using|call|run|try|invoke|tool)\b|\bserver(?:['’]s)?(?:\s+to)?\s*$", RegexOptions.IgnoreCase, Patterns.Timeout)]
    private static partial Regex InvokingPattern();
}
