using System.Text;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Walks the fields of one protobuf message: as much of the wire format as an OTLP answer needs. What is cut short or
/// malformed ends the walk; it never throws.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The field just read as it stands, with its tag.</summary>
    public ReadOnlySpan<byte> Raw { get; private set; }

    /// <summary>Number of the field just read.</summary>
    public int Field { get; private set; }

    /// <summary>Its value, where it is a varint.</summary>
    public ulong Number { get; private set; }

    /// <summary>Its bytes, where it is a string, bytes or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Its bytes as text.</summary>
    public readonly string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Reads the next field; false at the end or at what cannot be read.</summary>
    public bool Read()
    {
        Number = 0;
        Bytes = default;
        var before = _rest;
        if (before.IsEmpty || !TryReadVarint(out var tag) || !TryReadValue(tag & 7))
        {
            return false;
        }

        Field = (int)(tag >> 3);
        Raw = before[..^_rest.Length];
        return true;
    }

    private bool TryReadValue(ulong wireType)
    {
        switch (wireType)
        {
            case 0:
                var read = TryReadVarint(out var number);
                Number = number;
                return read;
            case 1:
                return TrySkip(8);
            case 2:
                return TryReadVarint(out var length) && length <= (ulong)_rest.Length && TryTake((int)length);
            case 5:
                return TrySkip(4);
            default:
                return false;
        }
    }

    private bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < _rest.Length && i < 10; i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private bool TrySkip(int length)
    {
        if (_rest.Length < length)
        {
            return false;
        }

        _rest = _rest[length..];
        return true;
    }

    private bool TryTake(int length)
    {
        Bytes = _rest[..length];
        return TrySkip(length);
    }
}
