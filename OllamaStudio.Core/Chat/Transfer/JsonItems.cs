using System.Runtime.CompilerServices;
using System.Text.Json;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>One item of a list in a file.</summary>
/// <param name="Json">The item; valid until the next one is asked for.</param>
/// <param name="Line">The line that it begins on, from 1.</param>
/// <param name="Column">The byte in that line, from 1.</param>
internal sealed record JsonItem(ReadOnlyMemory<byte> Json, long Line, long Column);

/// <summary>Reads a file that is a list, of any size, item by item; a file that is one object is a list of that one.</summary>
/// <param name="stream">The file, UTF-8.</param>
/// <param name="maxItemBytes">Most bytes of one item: as much is held at once.</param>
internal sealed class JsonItems(Stream stream, int maxItemBytes = JsonItems.MaxItemBytes)
{
    /// <summary>Most bytes of one item.</summary>
    public const int MaxItemBytes = 256 * 1024 * 1024;

    /// <summary>How deep it may be nested; nothing here calls itself, so that is a matter of taste.</summary>
    public const int MaxDepth = 1_000;

    private static readonly byte[] s_byteOrderMark = [0xef, 0xbb, 0xbf];

    private byte[] _buffer = new byte[Math.Min(64 * 1024, maxItemBytes)];
    private int _start;
    private int _end;
    private bool _isFinal;
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = MaxDepth });
    private long _line = 1;
    private long _column = 1;
    private bool _isInList;
    private bool _hasEnded;

    private enum Found
    {
        Item,
        End,
        TooLittle,
    }

    /// <summary>Every item, in order.</summary>
    /// <exception cref="BrokenFileException">It is no correct JSON up to there, or an item is too large.</exception>
    public async IAsyncEnumerable<JsonItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await FillAsync(cancellationToken).ConfigureAwait(false);
        if (_buffer.AsSpan(_start, _end - _start).StartsWith(s_byteOrderMark))
        {
            _start += s_byteOrderMark.Length;
        }

        while (true)
        {
            switch (Next(out var item))
            {
                case Found.Item:
                    yield return item!;
                    break;
                case Found.End:
                    yield break;
                default:
                    await FillAsync(cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
    }

    private Found Next(out JsonItem? item)
    {
        item = null;
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isFinal, _state);
        try
        {
            if (!reader.Read())
            {
                return _isFinal && _hasEnded ? Found.End : Found.TooLittle;
            }

            if (reader.TokenType is JsonTokenType.StartArray && !_isInList)
            {
                _isInList = true;
                Consume(ref reader);
                return Next(out item);
            }

            if (reader.TokenType is JsonTokenType.EndArray && _isInList)
            {
                _hasEnded = true;
                Consume(ref reader);
                return Next(out item);
            }

            var at = (int)reader.TokenStartIndex;
            if (reader.TokenType is not JsonTokenType.StartObject)
            {
                Count(_buffer.AsSpan(_start, at));
                throw new BrokenFileException(_isInList ? "Each item of the list must be an object in braces." : "A list of conversations is expected, or one of them.", _line, _column);
            }

            if (!reader.TrySkip())
            {
                return Found.TooLittle;
            }

            _hasEnded = !_isInList;
            Count(_buffer.AsSpan(_start, at));
            item = new JsonItem(_buffer.AsMemory(_start + at, (int)reader.BytesConsumed - at), _line, _column);
            Count(item.Json.Span);
            _start += (int)reader.BytesConsumed;
            _state = reader.CurrentState;
            return Found.Item;
        }
        catch (JsonException fault)
        {
            // The reader counts lines from the beginning of the file.
            throw BrokenFileException.From(fault);
        }
    }

    private void Consume(ref Utf8JsonReader reader)
    {
        Count(_buffer.AsSpan(_start, (int)reader.BytesConsumed));
        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
    }

    private void Count(ReadOnlySpan<byte> passed)
    {
        while (passed.IndexOf((byte)'\n') is >= 0 and var end)
        {
            (_line, _column) = (_line + 1, 1);
            passed = passed[(end + 1)..];
        }

        _column += passed.Length;
    }

    // Filled to its end, so that an item that grows it is looked at again only each time that it has doubled.
    private async Task FillAsync(CancellationToken cancellationToken)
    {
        var held = _end - _start;
        if (held == _buffer.Length)
        {
            if (held >= maxItemBytes)
            {
                Count(_buffer.AsSpan(_start, Math.Max(0, _buffer.AsSpan(_start, held).IndexOfAnyExcept(" \t\r\n,"u8))));
                throw new BrokenFileException(FormattableString.Invariant($"The item that begins here is larger than {maxItemBytes / 1_000_000:#,0} MB."), _line, _column);
            }

            var larger = new byte[(int)Math.Min(maxItemBytes, 2L * held)];
            _buffer.AsSpan(_start, held).CopyTo(larger);
            _buffer = larger;
        }
        else
        {
            _buffer.AsSpan(_start, held).CopyTo(_buffer);
        }

        (_start, _end) = (0, held);
        var read = await stream.ReadAtLeastAsync(_buffer.AsMemory(held), _buffer.Length - held, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        _end += read;
        _isFinal = read < _buffer.Length - held;
    }
}
