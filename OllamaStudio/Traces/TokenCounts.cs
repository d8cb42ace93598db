using System.Runtime.InteropServices;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <summary>Tokens read and written. Null is "not told", which is not zero.</summary>
/// <param name="Input">Prompt tokens.</param>
/// <param name="Output">Generated tokens.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TokenCounts(long? Input, long? Output)
{
    /// <summary>Whether either count is known.</summary>
    public bool IsKnown => Input is not null || Output is not null;

    /// <summary>Both counts together; null where neither is known.</summary>
    public long? Total => IsKnown ? (Input ?? 0) + (Output ?? 0) : null;

    /// <summary><c>1.2k in · 356 out</c>; a count that is not known is left out.</summary>
    public string Text => Join(CountText.Brief, " in", " out");

    /// <summary><c>1,234 tokens in · 356 tokens out</c>.</summary>
    public string FullText => Join(CountText.Full, " tokens in", " tokens out");

    /// <summary>Adds counts; what one side does not know counts as nothing.</summary>
    public static TokenCounts operator +(TokenCounts left, TokenCounts right) =>
        new(Sum(left.Input, right.Input), Sum(left.Output, right.Output));

    private static long? Sum(long? left, long? right) => left is null ? right : right is null ? left : left + right;

    private string Join(Func<long, string> text, string input, string output) => this switch
    {
        { Input: { } read, Output: { } written } => $"{text(read)}{input} · {text(written)}{output}",
        { Input: { } read } => text(read) + input,
        { Output: { } written } => text(written) + output,
        _ => "",
    };
}
