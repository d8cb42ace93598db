using System.Buffers;

namespace OllamaStudio.Core.Telemetry.ModelCalls;

/// <summary>
/// Tells when a text that is being written only repeats itself: its newest characters are one piece, over and over. Rules, tables,
/// lists, code and refrains repeat themselves as well, so a piece has to come more often the shorter it is. Not safe for concurrent use.
/// </summary>
internal sealed class RepetitionWatch : IDisposable
{
    /// <summary>Newest characters that are looked at. A longer piece than a fourth of them is not found.</summary>
    public const int Window = 4_096;

    // Looked at so often: a look costs some 10 microseconds, and a repetition is a matter of seconds.
    private const int Step = 128;

    // Longer than any row; what is longer and ends in a line break is a paragraph.
    private const int LongestLine = 200;

    // Characters of equal lines that are enough, however long each is: in the window with room for where they begin.
    private const int MostOfLines = 3_600;

    private char[]? _last;
    private long _length;
    private long _nextLook = Least(1, isLine: false);

    /// <summary>Takes the next piece of the text.</summary>
    /// <returns>What repeats itself, when that is seen for the first time; else null.</returns>
    public ReplyWarning? Add(ReadOnlySpan<char> piece)
    {
        // A piece that is long is looked at as it goes by: from its end alone nobody sees where the repetition began.
        for (; piece.Length > Step; piece = piece[Step..])
        {
            if (Take(piece[..Step]) is { } found)
            {
                return found;
            }
        }

        return Take(piece);
    }

    private ReplyWarning? Take(ReadOnlySpan<char> piece)
    {
        if (_nextLook == long.MaxValue)
        {
            return null;
        }

        _last ??= ArrayPool<char>.Shared.Rent(Window);
        foreach (var character in piece)
        {
            _last[_length++ % Window] = character;
        }

        if (_length < _nextLook)
        {
            return null;
        }

        _nextLook = _length + Step;
        var found = Look();
        _nextLook = found is null ? _nextLook : long.MaxValue;
        return found;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_last is { } last)
        {
            (_last, _nextLook) = (null, long.MaxValue);
            ArrayPool<char>.Shared.Return(last);
        }
    }

    // So many characters have to be nothing but a piece of that length: about a screen of one character, twelve of the same word,
    // five of the same paragraph. Whole lines are alike in data, tables of bytes and refrains: forty-eight of a short one, fewer of a long one.
    private static int Least(int period, bool isLine) =>
        isLine && period <= LongestLine ? Math.Max(600, Math.Min(48 * period, MostOfLines)) : Math.Max(600, period <= 100 ? 12 * period : 4 * period);

    // The longest end of the text that is periodic, by the borders of the reversed text (Knuth, Morris, Pratt). It is put in that order first: every
    // character is looked at several times, and to find each in the ring would take longer than all the rest.
    private ReplyWarning? Look()
    {
        var length = (int)Math.Min(_length, Window);
        var rentedBorders = ArrayPool<int>.Shared.Rent(Window);
        var rentedText = ArrayPool<char>.Shared.Rent(Window);
        try
        {
            var borders = rentedBorders.AsSpan(0, length);
            var fromEnd = rentedText.AsSpan(0, length);
            Reverse(fromEnd);
            borders[0] = 0;
            var (border, best, period) = (0, 0, 0);
            var lineBreak = fromEnd.IndexOf('\n') is >= 0 and var newest ? newest : int.MaxValue;
            for (var i = 1; i < length; i++)
            {
                var next = fromEnd[i];
                while (border > 0 && fromEnd[border] != next)
                {
                    border = borders[border - 1];
                }

                border += fromEnd[border] == next ? 1 : 0;
                borders[i] = border;
                var ofThis = i + 1 - border;
                if (i + 1 >= Least(ofThis, isLine: lineBreak < ofThis))
                {
                    (best, period) = (i + 1, ofThis);
                }
            }

            // Empty lines and spaces say nothing, and cost nothing to read.
            return best == 0 || fromEnd[..period].IsWhiteSpace() ? null : new ReplyWarning(ReplyWarningKind.Repeating, _length - best) { Period = period, Times = best / period };
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rentedBorders);
            ArrayPool<char>.Shared.Return(rentedText);
        }
    }

    // The newest first. What ends before the next character in the ring comes first, then what is left of it at the ring's end.
    private void Reverse(Span<char> fromEnd)
    {
        var next = (int)(_length % Window);
        var newer = Math.Min(next, fromEnd.Length);
        _last.AsSpan(next - newer, newer).CopyTo(fromEnd);
        fromEnd[..newer].Reverse();
        var older = fromEnd[newer..];
        _last.AsSpan(Window - older.Length, older.Length).CopyTo(older);
        older.Reverse();
    }
}
