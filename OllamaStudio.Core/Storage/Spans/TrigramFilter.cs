namespace OllamaStudio.Core.Storage.Spans;

/// <summary>
/// Which three characters in a row some texts have, in capitals: a Bloom filter, which may say yes of what is not there and never no of what is.
/// Three, so that a part of a text can be asked for, not only the whole of it.
/// </summary>
internal static class TrigramFilter
{
    private const int Characters = 3;

    // With three places for each: three of a hundred that are not there are taken for being there, and of a word of five letters one in thirty thousand.
    private const int BitsEach = 8;
    private const int Places = 3;

    // More than any language has; random texts fill it, and it then says yes too often, which costs time alone.
    private const int MostBytes = 16 * 1024;

    /// <summary>Takes in the trigrams of a text.</summary>
    public static void Add(HashSet<ulong> trigrams, string text)
    {
        var upper = text.ToUpperInvariant();
        for (var end = Characters; end <= upper.Length; end++)
        {
            trigrams.Add(KeyOf(upper.AsSpan(end - Characters, Characters)));
        }
    }

    /// <summary>Makes the filter.</summary>
    public static byte[] Make(IReadOnlyCollection<ulong> trigrams)
    {
        var filter = new byte[Math.Clamp(trigrams.Count * BitsEach / 8, 8, MostBytes)];
        foreach (var trigram in trigrams)
        {
            for (var place = 0; place < Places; place++)
            {
                var bit = BitOf(trigram, place, filter.Length);
                filter[bit / 8] |= (byte)(1 << (bit % 8));
            }
        }

        return filter;
    }

    /// <summary>Whether one of the texts may have that part; of less than three characters it always may.</summary>
    public static bool MayHave(byte[] filter, string part)
    {
        var upper = part.ToUpperInvariant();
        for (var end = Characters; end <= upper.Length; end++)
        {
            var trigram = KeyOf(upper.AsSpan(end - Characters, Characters));
            for (var place = 0; place < Places; place++)
            {
                var bit = BitOf(trigram, place, filter.Length);
                if ((filter[bit / 8] & (1 << (bit % 8))) == 0)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static ulong KeyOf(ReadOnlySpan<char> trigram) => ((ulong)trigram[0] << 32) | ((ulong)trigram[1] << 16) | trigram[2];

    // Written to the file: it must be the same in every process, which string.GetHashCode is not. The multipliers are those of SplitMix64.
    private static int BitOf(ulong trigram, int place, int bytes)
    {
        var mixed = (trigram + ((ulong)place + 1) * 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 29)) * 0x94D049BB133111EB;
        return (int)Math.BigMul(mixed, (ulong)bytes * 8, out _);
    }
}
