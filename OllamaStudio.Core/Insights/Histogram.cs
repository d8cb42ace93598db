namespace OllamaStudio.Core.Insights;

/// <summary>
/// How often which value was seen, in exponential buckets eight to a doubling: the layout of OpenTelemetry's exponential histogram at scale 3.
/// A quantile of it is at most 4.5 % off. Two of them add up to the one of all values together, in any order, so a minute's make an hour's.
/// </summary>
public sealed class Histogram
{
    /// <summary>Values below count as it: a microsecond where the values are milliseconds.</summary>
    public const double Least = 1.0 / 1024;

    private const int PerDoubling = 8;
    private const int FirstIndex = -10 * PerDoubling;

    // Beyond 2^40, which is 34 years in milliseconds: there are 400 buckets at most.
    private const int LastIndex = (40 * PerDoubling) - 1;
    private const byte Format = 1;

    // The buckets from _first on, to the last one that is not empty: most histograms have their values close together.
    private int _first;
    private long[] _counts = [];

    /// <summary>How many values there are.</summary>
    public long Count { get; private set; }

    /// <summary>Takes a value in; one that is no finite number is left out.</summary>
    public void Add(double value)
    {
        if (double.IsFinite(value))
        {
            Add(Math.Clamp((int)Math.Floor(Math.Log2(Math.Max(value, Least)) * PerDoubling), FirstIndex, LastIndex), 1);
        }
    }

    /// <summary>Takes in all that <paramref name="other"/> has.</summary>
    public void Add(Histogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other._counts.Length > 0)
        {
            Cover(other._first, other._first + other._counts.Length - 1);
            for (var place = 0; place < other._counts.Length; place++)
            {
                _counts[other._first - _first + place] += other._counts[place];
            }

            Count += other.Count;
        }
    }

    /// <summary>The value that a share of all values does not exceed.</summary>
    /// <param name="share">0–1.</param>
    /// <returns>Null where there are no values.</returns>
    public double? Quantile(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        for (var place = 0; place < _counts.Length; place++)
        {
            rank -= _counts[place];
            if (rank <= 0)
            {
                return double.Exp2((_first + place + 0.5) / PerDoubling);
            }
        }

        return null;
    }

    /// <summary>As few bytes as it takes: a few for each bucket that is not empty.</summary>
    public byte[] ToBytes()
    {
        var bytes = new List<byte> { Format };
        var last = FirstIndex;
        for (var place = 0; place < _counts.Length; place++)
        {
            if (_counts[place] > 0)
            {
                Append(bytes, (ulong)(_first + place - last));
                Append(bytes, (ulong)_counts[place]);
                last = _first + place;
            }
        }

        return [.. bytes];
    }

    /// <summary>What <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="FormatException">It is none of that.</exception>
    public static Histogram FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes is not [Format, .. var rest])
        {
            throw new FormatException("This is no histogram.");
        }

        // Twice over the bytes, so that the buckets are made once: a month on the dashboard reads tens of thousands of these.
        var histogram = new Histogram();
        var (first, index) = ((int?)null, FirstIndex);
        var ahead = rest;
        while (!ahead.IsEmpty)
        {
            index = Next(ref ahead, index);
            first ??= index;
            histogram.Count += (long)Take(ref ahead);
        }

        if (first is { } begin)
        {
            (histogram._first, histogram._counts) = (begin, new long[index - begin + 1]);
        }

        for (index = FirstIndex; !rest.IsEmpty;)
        {
            index = Next(ref rest, index);
            histogram._counts[index - histogram._first] += (long)Take(ref rest);
        }

        return histogram;

        static int Next(ref ReadOnlySpan<byte> rest, int index) =>
            index + (int)Math.Min(Take(ref rest), LastIndex - FirstIndex + 1) is <= LastIndex and var next ? next : throw new FormatException("The histogram has more buckets than there are.");
    }

    private void Add(int index, long count)
    {
        Cover(index, index);
        _counts[index - _first] += count;
        Count += count;
    }

    // Makes room for these buckets.
    private void Cover(int first, int last)
    {
        if (_counts.Length == 0)
        {
            (_first, _counts) = (first, new long[last - first + 1]);
        }
        else if (first < _first || last >= _first + _counts.Length)
        {
            var (from, to) = (Math.Min(first, _first), Math.Max(last, _first + _counts.Length - 1));
            var wider = new long[to - from + 1];
            _counts.CopyTo(wider, _first - from);
            (_first, _counts) = (from, wider);
        }
    }

    // Base 128, the lowest seven bits first, as Protocol Buffers write numbers.
    private static void Append(List<byte> bytes, ulong number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            bytes.Add((byte)(number | 0x80));
        }

        bytes.Add((byte)number);
    }

    private static ulong Take(ref ReadOnlySpan<byte> bytes)
    {
        ulong number = 0;
        for (var shift = 0; shift < 64 && !bytes.IsEmpty; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            number |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }

        throw new FormatException("The histogram ends too early.");
    }
}
