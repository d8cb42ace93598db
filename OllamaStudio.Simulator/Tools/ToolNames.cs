using System.Collections.Immutable;
using System.Text.RegularExpressions;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Tools;

/// <summary>Where a prompt names a tool: the name's first character and its length there.</summary>
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
    public static ToolMention? Find(ImmutableArray<ToolFunction> tools, string prompt) => tools
        .SelectMany(tool => new[] { tool.Name, SharedName(tool, tools) }.OfType<string>().Select(name => Locate(tool, name, prompt)))
        .OfType<ToolMention>()
        .OrderByDescending(static mention => mention.Length)
        .ThenByDescending(mention => IsOfNamedServer(mention.Tool, tools, prompt))
        .FirstOrDefault();

    /// <summary>Whether the tool bears the name of a server that the prompt names.</summary>
    public static bool IsOfNamedServer(ToolFunction tool, ImmutableArray<ToolFunction> tools, string prompt) =>
        SharedName(tool, tools) is { } own && Occurrences(tool.Name[..^(own.Length + 1)], prompt).Any();

    /// <summary>What stands behind the server's name: the longest ending behind a <c>_</c> that another tool has as well; null for none.</summary>
    private static string? SharedName(ToolFunction tool, ImmutableArray<ToolFunction> tools)
    {
        var parts = tool.Name.Split('_');
        return Enumerable.Range(1, parts.Length - 1)
            .Select(skipped => string.Join('_', parts[skipped..]))
            .FirstOrDefault(own => own.Length >= ShortestName
                && tools.Any(other => other.Name != tool.Name && (other.Name == own || other.Name.EndsWith('_' + own, StringComparison.Ordinal))));
    }

    private static ToolMention? Locate(ToolFunction tool, string name, string prompt) => name.Length < ShortestName ? null
        : Occurrences(name, prompt).Where(start => IsMeant(name, prompt, start)).Select(start => new ToolMention(tool, start, name.Length)).FirstOrDefault();

    /// <summary>Where the text has the word or words; blanks may stand for the joints of a name.</summary>
    private static IEnumerable<int> Occurrences(string name, string text)
    {
        var (wanted, plain) = (Plain(name), Plain(text));
        for (var at = plain.IndexOf(wanted, StringComparison.OrdinalIgnoreCase); at >= 0; at = plain.IndexOf(wanted, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (!IsWordPart(text, at - 1) && !IsWordPart(text, at + name.Length))
            {
                yield return at;
            }
        }
    }

    // Plain words may be there by chance; a name with a joint in it, written as it is, hardly is.
    private static bool IsMeant(string name, string prompt, int start) =>
        start == 0
        || (name.AsSpan().IndexOfAny('_', '-', '.') > 0 && prompt.AsSpan(start, name.Length).Equals(name, StringComparison.OrdinalIgnoreCase))
        || InvokingPattern().IsMatch(prompt[Math.Max(0, start - 40)..start])
        || prompt[(start + name.Length)..].TrimStart('`', '"', '\'', ' ').StartsWith("tool", StringComparison.OrdinalIgnoreCase);

    private static string Plain(string text) => text.Replace('_', ' ').Replace('-', ' ').Replace('.', ' ');

    private static bool IsWordPart(string text, int at) => at >= 0 && at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '-');

    // "call get-sum", and "ask the web server to echo …", "the web server's echo".
    [GeneratedRegex(@"\b(?:use|using|call|run|try|invoke|tool)\b|\bserver(?:['’]s)?(?:\s+to)?\s*$", RegexOptions.IgnoreCase, Patterns.Timeout)]
    private static partial Regex InvokingPattern();
}
