using System.Collections.Immutable;
using System.Text;

namespace OllamaStudio.Shared.Find;

/// <summary>
/// Looks for one text in others, in the order in which they are handed in; letter case does not count, and any blanks are one. Stops
/// at <see cref="Most"/> matches. For one thread.
/// </summary>
/// <param name="query">What to look for.</param>
/// <param name="from">The place from which a person looks; null for the beginning.</param>
/// <param name="cancellationToken">Gives up between two texts.</param>
public sealed class FindScan(string query, string? from, CancellationToken cancellationToken)
{
    /// <summary>Most matches that are found.</summary>
    public const int Most = 1_000;

    /// <summary>Most characters of a text that are drawn because something is found in it; what is beyond them is found and stays cut off.</summary>
    public const int MostDrawn = 200_000;

    private readonly ImmutableArray<FindMatch>.Builder _matches = ImmutableArray.CreateBuilder<FindMatch>();
    private readonly string _query = Collapse(query);
    private int? _start;

    /// <summary>Whether there are more than it takes: the rest need not be handed in.</summary>
    public bool IsFull { get; private set; }

    /// <summary>What was found so far.</summary>
    public FindResult Result => new(_matches.ToImmutable(), IsFull, _start ?? (from is null ? 0 : _matches.Count));

    /// <summary>Looks through a text.</summary>
    /// <param name="place">What it is of.</param>
    /// <param name="part">Which of its texts it is.</param>
    /// <param name="pieces">The text, in the pieces in which it is drawn.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Look(string place, string part, params ReadOnlySpan<string> pieces)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (place == from)
        {
            _start ??= _matches.Count;
        }

        if (_query.Length == 0 || IsFull)
        {
            return;
        }

        var hasBlank = _query.Contains(' ', StringComparison.Ordinal);
        var first = _matches.Count;
        for (var piece = 0; piece < pieces.Length && !IsFull; piece++)
        {
            var text = hasBlank ? Collapse(pieces[piece]) : pieces[piece];
            for (var at = Next(text, 0); at >= 0; at = Next(text, at + _query.Length))
            {
                if (_matches.Count == Most)
                {
                    IsFull = true;
                    break;
                }

                _matches.Add(new FindMatch(place, part, _matches.Count - first) { Piece = piece });
            }
        }

        for (var index = first; index < _matches.Count; index++)
        {
            _matches[index] = _matches[index] with { FromEnd = _matches.Count - 1 - index };
        }
    }

    /// <summary>A text in which any blanks are one, as FindBar.razor.js reads it.</summary>
    public static string Collapse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var collapsed = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (!char.IsWhiteSpace(character))
            {
                collapsed.Append(character);
            }
            else if (collapsed is not { Length: > 0 } || collapsed[^1] != ' ')
            {
                collapsed.Append(' ');
            }
        }

        return collapsed.ToString();
    }

    private int Next(string text, int start) => text.IndexOf(_query, start, StringComparison.OrdinalIgnoreCase);
}
