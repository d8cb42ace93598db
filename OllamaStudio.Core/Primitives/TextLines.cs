using System.Runtime.CompilerServices;

namespace OllamaStudio.Core.Primitives;

/// <summary>Reads a file line by line as bytes, whatever its size.</summary>
internal static class TextLines
{
    private static readonly byte[] s_byteOrderMark = [0xef, 0xbb, 0xbf];

    /// <summary>Every line without its line feed, with its number from 1. A line is valid until the next one is asked for.</summary>
    /// <param name="stream">The file, UTF-8.</param>
    /// <param name="maxBytes">Most bytes of a line.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BrokenFileException">A line is longer.</exception>
    public static async IAsyncEnumerable<(ReadOnlyMemory<byte> Line, long Number)> ReadAsync(
        Stream stream, int maxBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Min(64 * 1024, maxBytes)];
        var (start, end, looked) = (0, 0, 0);
        for (long number = 1; ;)
        {
            if (buffer.AsSpan(looked, end - looked).IndexOf((byte)'\n') is >= 0 and var at)
            {
                yield return (Line(start, looked + at, number), number);
                start = looked = looked + at + 1;
                number++;
                continue;
            }

            if (end - start == buffer.Length)
            {
                if (buffer.Length >= maxBytes)
                {
                    throw new BrokenFileException(FormattableString.Invariant($"The line is longer than {maxBytes / 1_000_000:#,0} MB."), number);
                }

                Array.Resize(ref buffer, (int)Math.Min(maxBytes, 2L * buffer.Length));
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            looked = end;
            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                if (end > 0)
                {
                    yield return (Line(0, end, number), number);
                }

                yield break;
            }

            end += read;
        }

        ReadOnlyMemory<byte> Line(int from, int to, long number) =>
            number == 1 && buffer.AsSpan(from, to - from).StartsWith(s_byteOrderMark) ? buffer.AsMemory(from + s_byteOrderMark.Length, to - from - s_byteOrderMark.Length) : buffer.AsMemory(from, to - from);
    }
}
