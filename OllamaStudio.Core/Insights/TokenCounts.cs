using System.Runtime.InteropServices;

namespace OllamaStudio.Core.Insights;

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

    /// <summary>Adds counts; what one side does not know counts as nothing.</summary>
    public static TokenCounts operator +(TokenCounts left, TokenCounts right) =>
        new(Sum(left.Input, right.Input), Sum(left.Output, right.Output));

    /// <summary>Both together; what is not known counts as nothing, and null is neither known.</summary>
    internal static long? Sum(long? left, long? right) => left is null ? right : right is null ? left : left + right;
}
