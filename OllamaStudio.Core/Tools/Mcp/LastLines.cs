using System.Collections.Immutable;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>The last lines of an output: no more than <see cref="MaxLines"/>, none longer than <see cref="MaxLineLength"/>. Safe to use from any thread.</summary>
public sealed class LastLines
{
    /// <summary>Most lines kept; the oldest goes first.</summary>
    public const int MaxLines = 50;

    /// <summary>Most characters kept of a line; the rest is cut off.</summary>
    public const int MaxLineLength = 500;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new(MaxLines);

    /// <summary>Adds a line.</summary>
    public void Add(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var kept = Cut(line);
        lock (_lock)
        {
            if (_lines.Count == MaxLines)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(kept);
        }
    }

    /// <summary>A line as far as it is kept.</summary>
    public static string Cut(string line) => TextCut.Shorten(line, MaxLineLength);

    /// <summary>The lines, oldest first.</summary>
    public ImmutableArray<string> ToImmutableArray()
    {
        lock (_lock)
        {
            return [.. _lines];
        }
    }
}
