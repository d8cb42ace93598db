namespace OllamaStudio.Core.Ollama.Transport;

/// <summary>Reads a body up to a bound.</summary>
internal static class BodyReader
{
    /// <summary>Reads at most <paramref name="limit"/> bytes; the second part of the result says whether that was all.</summary>
    public static async Task<(ReadOnlyMemory<byte> Bytes, bool Whole)> ReadAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        await using Stream stream = await content.ReadAsStreamAsync(cancellationToken);
        byte[] buffer = new byte[Math.Min(limit, 4096)];
        int length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length == limit)
                {
                    return (buffer, await stream.ReadAsync(new byte[1], cancellationToken) == 0);
                }

                Array.Resize(ref buffer, (int)Math.Min(limit, buffer.Length * 2L));
            }

            int read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                return (buffer.AsMemory(0, length), true);
            }

            length += read;
        }
    }

    /// <summary>Whether reading failed, as opposed to being cancelled: the connection broke, or its bytes make no sense (chunks, gzip).</summary>
    public static bool IsFailure(Exception exception) => exception is IOException or HttpRequestException or InvalidDataException;
}
