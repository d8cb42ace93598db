using System.Buffers;

namespace OllamaStudio.Core.Ollama.Transport;

/// <summary>
/// Cuts what a pipe has buffered into lines: <c>\n</c> or <c>\r\n</c> at their end, blank ones and a byte order mark left out. A
/// line that arrives byte by byte is searched once, not once a byte.
/// </summary>
internal sealed class NdjsonLines
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private long _searched;
    private bool _begun;

    /// <summary>Whether a line was cut already.</summary>
    public bool Any { get; private set; }

    /// <summary>Takes the next whole line off <paramref name="buffer"/>; false where the buffer holds none yet.</summary>
    public bool TryCut(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> line)
    {
        while (buffer.Slice(_searched).PositionOf((byte)'\n') is { } end)
        {
            line = Trim(buffer.Slice(0, end));
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            _searched = 0;
            if (!line.IsEmpty)
            {
                Any = true;
                return true;
            }
        }

        _searched = buffer.Length;
        line = default;
        return false;
    }

    /// <summary>Takes what the stream ended with, a line without its end; false where there is nothing.</summary>
    public bool TryCutRest(ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> line)
    {
        line = Trim(buffer);
        return !line.IsEmpty;
    }

    private ReadOnlySequence<byte> Trim(ReadOnlySequence<byte> line)
    {
        var reader = new SequenceReader<byte>(line);
        if (!_begun)
        {
            _begun = true;
            reader.IsNext(ByteOrderMark, advancePast: true);
        }

        reader.AdvancePastAny((byte)' ', (byte)'\t', (byte)'\r');

        // White space at the end is JSON's own business; only a line of nothing else matters.
        return reader.UnreadSequence;
    }
}
