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

    private readonly SortedList<int, long> _buckets = [];

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
        foreach (var (index, count) in other._buckets)
        {
            Add(index, count);
        }
    }

    /// <summary>The value that a share of all values does not exceed.</summary>
    /// <param name="share">0–1.</param>
    /// <returns>Null where there are no values.</returns>
    public double? Quantile(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        foreach (var (index, count) in _buckets)
        {
            rank -= count;
            if (rank <= 0)
            {
                return double.Exp2((index + 0.5) / PerDoubling);
            }
        }

        return null;
    }

    /// <summary>As few bytes as it takes: a few for each bucket that is not empty.</summary>
    public byte[] ToBytes()
    {
        var bytes = new List<byte>(1 + (3 * _buckets.Count)) { Format };
        var last = FirstIndex;
        foreach (var (index, count) in _buckets)
        {
            Append(bytes, (ulong)(index - last));
            Append(bytes, (ulong)count);
            last = index;
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

        var histogram = new Histogram();
        var index = FirstIndex;
        while (!rest.IsEmpty)
        {
            index += (int)Take(ref rest);
            histogram.Add(index, (long)Take(ref rest));
        }

        return histogram;
    }

    private void Add(int index, long count)
    {
        Count += count;
        var place = _buckets.IndexOfKey(index);
        if (place >= 0)
        {
            _buckets.SetValueAtIndex(place, _buckets.GetValueAtIndex(place) + count);
        }
        else
        {
            _buckets.Add(index, count);
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
