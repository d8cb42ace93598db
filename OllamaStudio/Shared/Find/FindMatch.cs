using System.Collections.Immutable;

namespace OllamaStudio.Shared.Find;

/// <summary>An occurrence of a text that is looked for.</summary>
/// <param name="Place">What it is in, such as a message: the value of its element's <c>data-find-place</c>.</param>
/// <param name="Part">In which of its texts: the value of that element's <c>data-find</c>.</param>
/// <param name="Index">The how manieth of that text, from 0.</param>
public sealed record FindMatch(string Place, string Part, int Index)
{
    /// <summary>How many more of that text come after it.</summary>
    public int FromEnd { get; init; }

    /// <summary>In which piece of that text it is, from 0, where it is drawn in pieces.</summary>
    public int Piece { get; init; }

    /// <summary>Whether it is the same occurrence, whatever came after it since.</summary>
    public bool IsAt(FindMatch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (Place, Part, Index) == (other.Place, other.Part, other.Index);
    }
}

/// <summary>What was found.</summary>
/// <param name="Matches">In the order of the page; at most <see cref="FindScan.Most"/>.</param>
/// <param name="IsMore">Whether there are more.</param>
/// <param name="Start">Index of the first match at or after the place from which it was looked; the number of matches where there is none.</param>
public sealed record FindResult(ImmutableArray<FindMatch> Matches, bool IsMore, int Start)
{
    /// <summary>Nothing.</summary>
    public static FindResult Nothing { get; } = new([], IsMore: false, 0);
}
