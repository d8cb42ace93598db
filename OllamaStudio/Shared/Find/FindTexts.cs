using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace OllamaStudio.Shared.Find;

/// <summary>
/// Hands the texts of things to a search, and keeps them for the next letter until <see cref="Clear"/>: at most as many as the page
/// has things. Safe for several threads.
/// </summary>
/// <param name="read">The texts of a thing as they are drawn, in the order of the page.</param>
public sealed class FindTexts<T>(Func<T, IEnumerable<FindText>> read)
    where T : class
{
    private readonly ConcurrentDictionary<string, (T Thing, ImmutableArray<FindText> Texts)> _known = new(StringComparer.Ordinal);

    /// <summary>Looks through a thing's texts.</summary>
    /// <param name="place">Its place in the page.</param>
    /// <param name="thing">The thing, an immutable snapshot.</param>
    /// <param name="scan">The search.</param>
    public void Look(string place, T thing, FindScan scan)
    {
        ArgumentNullException.ThrowIfNull(scan);
        if (!_known.TryGetValue(place, out var known) || !ReferenceEquals(known.Thing, thing))
        {
            _known[place] = known = (thing, [.. read(thing)]);
        }

        foreach (var text in known.Texts)
        {
            scan.Look(place, text.Part, text.Pieces.AsSpan());
        }
    }

    /// <summary>Forgets what it has read.</summary>
    public void Clear() => _known.Clear();
}

/// <summary>A text in which something can be found.</summary>
/// <param name="Part">What it is called: the value of its element's <c>data-find</c>.</param>
/// <param name="Pieces">The text, in the pieces in which it is drawn.</param>
public sealed record FindText(string Part, ImmutableArray<string> Pieces)
{
    /// <summary>A text that is drawn in one piece.</summary>
    public FindText(string part, string text)
        : this(part, [text])
    {
    }
}
