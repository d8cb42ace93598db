using System.Buffers;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Unicode;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Ollama.Transport;

/// <summary>
/// A streamed answer on its way to OllamaSharp, which reads it line by line, and without a token: here it is read with the caller's.
/// Blank lines and a byte order mark are left out, broken characters mended; a line that is too long, a web page, a broken connection
/// and a line that the end cut off are <see cref="OllamaException"/>s, after all that came before them. Holds one line and one read at
/// most. For one reader.
/// </summary>
internal sealed class GuardedBody(HttpContent content, Stream inner, OllamaClientOptions options, string? ifIncomplete, CancellationToken cancellationToken) : Stream
{
    private const int ReadSize = 16 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
    private byte[] _line = [];
    private OllamaException? _failure;
    private int _start, _searched, _end, _lineStart, _lineEnd;
    private bool _begun, _anyLine, _isAtEnd;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    /// <summary>Reads with the caller's token, whatever the one it is given: OllamaSharp has none here.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken unused = default) =>
        CopyLines(buffer.Span) is > 0 and var copied ? ValueTask.FromResult(copied) : FillAndReadAsync(buffer);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies are read asynchronously.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && _buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _start, _searched, _end, _lineStart, _lineEnd, _isAtEnd) = ([], 0, 0, 0, 0, 0, true);

            // Unless it was read to its end, that closes the connection, and Ollama stops.
            inner.Dispose();
            content.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>As many whole lines as fit, so that the reader need not join halves; of a line that is longer, a part.</summary>
    private int CopyLines(Span<byte> target)
    {
        int copied = 0;
        while (_lineStart < _lineEnd || TryNextLine())
        {
            int room = target.Length - copied;
            if (copied > 0 && _lineEnd - _lineStart > room)
            {
                break;
            }

            int length = Math.Min(_lineEnd - _lineStart, room);
            _line.AsSpan(_lineStart, length).CopyTo(target[copied..]);
            _lineStart += length;
            copied += length;
        }

        return copied;
    }

    /// <summary>Takes the next line that is not blank, with its end; false where there is none yet, or none any more, or a failure in its place.</summary>
    private bool TryNextLine()
    {
        while (_failure is null)
        {
            int length = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n') + 1;
            bool isWhole = length > 0;
            if (!isWhole && !_isAtEnd)
            {
                _searched = _end;
                _failure = _end - _start > options.MaxLineBytes ? TooLong() : null;
                return false;
            }

            int start = _start;
            int end = isWhole ? _searched + length : _end;
            _start = _searched = end;
            start += Skipped(_buffer.AsSpan(start, end - start));
            if (end - start > (isWhole ? 1 : 0))
            {
                return TryTake(start, end, isWhole);
            }

            if (!isWhole)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>How much of a line's beginning means nothing. White space at its end is JSON's own business; only a line of nothing else matters.</summary>
    private int Skipped(Span<byte> line)
    {
        if (line is [(byte)'{', ..])
        {
            _begun = true;
            return 0;
        }

        int mark = 0;
        if (!_begun)
        {
            _begun = true;
            mark = line.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
            if (line[mark..].StartsWith(ByteOrderMark))
            {
                // One more is no white space: the reader would pass over it, so it becomes something else that is none.
                line[mark] = 0;
            }
        }

        int text = line[mark..].IndexOfAnyExcept((byte)' ', (byte)'\t', (byte)'\r');
        return text < 0 ? line.Length : mark + text;
    }

    private bool TryTake(int start, int end, bool isWhole)
    {
        Span<byte> line = _buffer.AsSpan(start, end - start);
        if (line.Length - (isWhole ? 1 : 0) > options.MaxLineBytes)
        {
            _failure = TooLong();
            return false;
        }

        _anyLine = true;
        if (isWhole && line[0] == '{' && line.IndexOfAny((byte)'\r', (byte)'\\') < 0 && Utf8.IsValid(line))
        {
            // Nearly every line: nothing below would change it.
            (_line, _lineStart, _lineEnd) = (_buffer, start, end);
            return true;
        }

        // Not an end of a line here, but to the reader: a tab is white space where this is, and wrong where this is.
        line[..^1].Replace((byte)'\r', (byte)'\t');
        ReadOnlySpan<byte> mended = WellFormed.Of(line);
        if (mended[0] != '{' && WebPage.LooksLikeOne(mended))
        {
            _failure = OllamaErrors.WebPage(HttpStatusCode.OK, WebPage.Title(mended));
        }
        else if (!isWhole)
        {
            _failure = Unreadable(mended) is { } cause ? OllamaErrors.Incomplete(anything: true, cause, ifIncomplete) : null;
        }

        if (_failure is null)
        {
            (_line, _lineStart, _lineEnd) = mended == line ? (_buffer, start, end) : (mended.ToArray(), 0, mended.Length);
        }

        return _failure is null;
    }

    /// <summary>Why what the stream ended with is no object, which means that it was cut rather than wrong; null where it is one.</summary>
    private static JsonException? Unreadable(ReadOnlySpan<byte> rest)
    {
        try
        {
            return JsonElement.Parse(rest).ValueKind == JsonValueKind.Object ? null : new JsonException("Not a JSON object.");
        }
        catch (JsonException e)
        {
            return e;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FillAndReadAsync(Memory<byte> buffer)
    {
        while (_failure is null && !_isAtEnd)
        {
            await FillAsync();
            if (CopyLines(buffer.Span) is > 0 and var copied)
            {
                return copied;
            }
        }

        return _failure is null ? 0 : throw _failure;
    }

    private async ValueTask FillAsync()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _searched, _end) = (0, _searched - _start, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        try
        {
            int read = await inner.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            _end += read;
            _isAtEnd = read == 0;
        }
        catch (Exception e) when (BodyReader.IsFailure(e))
        {
            // Cancelling tears the connection down, which may surface as a broken one.
            cancellationToken.ThrowIfCancellationRequested();
            throw OllamaErrors.Incomplete(_anyLine, e, ifIncomplete);
        }
    }

    private OllamaException TooLong() => OllamaErrors.BadAnswer($"A line of the answer is longer than {options.MaxLineBytes} bytes.");
}
