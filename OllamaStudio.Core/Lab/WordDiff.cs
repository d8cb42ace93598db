using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace OllamaStudio.Core.Lab;

/// <summary>
/// What is different between two texts, by words: the longest common subsequence of words, marks and white space between the beginning
/// and the end that both share.
/// </summary>
public static partial class WordDiff
{
    /// <summary>Most cells of the table, 4,000,000 (8 MB): two texts that differ in 2,000 words each. Beyond it what differs is one piece.</summary>
    public const int MaxCells = 4_000_000;

    /// <summary>The pieces in order; none are empty, and neighbours differ in kind.</summary>
    /// <param name="before">The first text.</param>
    /// <param name="after">The second one.</param>
    public static ImmutableArray<DiffPiece> Of(string before, string after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var (left, right) = (Split(before), Split(after));
        var start = 0;
        while (start < left.Length && start < right.Length && left[start] == right[start])
        {
            start++;
        }

        var end = 0;
        while (end < left.Length - start && end < right.Length - start && left[^(end + 1)] == right[^(end + 1)])
        {
            end++;
        }

        var pieces = new Pieces();
        pieces.Add(DiffKind.Same, left.AsSpan(..start));
        Compare(left[start..^end], right[start..^end], pieces);
        pieces.Add(DiffKind.Same, left.AsSpan(^end..));
        return pieces.ToImmutable();
    }

    private static void Compare(string[] left, string[] right, Pieces pieces)
    {
        if (left.Length == 0 || right.Length == 0 || (long)(left.Length + 1) * (right.Length + 1) > MaxCells)
        {
            pieces.Add(DiffKind.Removed, left);
            pieces.Add(DiffKind.Added, right);
            return;
        }

        // Length of the longest common subsequence of what follows. That is at most the shorter side, 2,000 within the bound.
        var width = right.Length + 1;
        var lengths = new ushort[(left.Length + 1) * width];
        for (var i = left.Length - 1; i >= 0; i--)
        {
            for (var j = right.Length - 1; j >= 0; j--)
            {
                lengths[(i * width) + j] = left[i] == right[j]
                    ? (ushort)(lengths[((i + 1) * width) + j + 1] + 1)
                    : Math.Max(lengths[((i + 1) * width) + j], lengths[(i * width) + j + 1]);
            }
        }

        var (one, other) = (0, 0);
        while (one < left.Length || other < right.Length)
        {
            if (one < left.Length && other < right.Length && left[one] == right[other])
            {
                pieces.Add(DiffKind.Same, left[one++]);
                other++;
            }
            else if (one < left.Length && (other == right.Length || lengths[((one + 1) * width) + other] >= lengths[(one * width) + other + 1]))
            {
                pieces.Add(DiffKind.Removed, left[one++]);
            }
            else
            {
                pieces.Add(DiffKind.Added, right[other++]);
            }
        }
    }

    private static string[] Split(string text) => [.. Words().Matches(text).Select(static word => word.Value)];

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}_]+|\s+|[\s\S]", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Words();

    // White space alone, between two changes, is no sameness that a reader sees: it goes with both of them.
    private sealed class Pieces
    {
        private readonly ImmutableArray<DiffPiece>.Builder _pieces = ImmutableArray.CreateBuilder<DiffPiece>();
        private readonly StringBuilder _same = new();
        private readonly StringBuilder _removed = new();
        private readonly StringBuilder _added = new();
        private string _between = "";

        private bool IsChanging => _removed.Length + _added.Length > 0;

        public void Add(DiffKind kind, params ReadOnlySpan<string> words)
        {
            foreach (var word in words)
            {
                if (kind is DiffKind.Same && IsChanging && string.IsNullOrWhiteSpace(word))
                {
                    _between += word;
                }
                else if (kind is DiffKind.Same)
                {
                    FlushChange();
                    _same.Append(_between).Append(word);
                    _between = "";
                }
                else
                {
                    Flush(DiffKind.Same, _same);
                    _removed.Append(_between);
                    _added.Append(_between);
                    _between = "";
                    (kind is DiffKind.Removed ? _removed : _added).Append(word);
                }
            }
        }

        public ImmutableArray<DiffPiece> ToImmutable()
        {
            FlushChange();
            _same.Append(_between);
            Flush(DiffKind.Same, _same);
            return _pieces.ToImmutable();
        }

        private void FlushChange()
        {
            Flush(DiffKind.Removed, _removed);
            Flush(DiffKind.Added, _added);
        }

        private void Flush(DiffKind kind, StringBuilder text)
        {
            if (text.Length > 0)
            {
                _pieces.Add(new DiffPiece(kind, text.ToString()));
                text.Clear();
            }
        }
    }
}

/// <summary>A piece of two texts beside each other.</summary>
/// <param name="Kind">Which of them has it.</param>
/// <param name="Text">Its text.</param>
public sealed record DiffPiece(DiffKind Kind, string Text);

/// <summary>Which of two texts has a piece.</summary>
public enum DiffKind
{
    /// <summary>Both.</summary>
    Same,

    /// <summary>The first alone.</summary>
    Removed,

    /// <summary>The second alone.</summary>
    Added,
}
