using System.Buffers;

namespace OllamaStudio.Core.Export;

/// <summary>
/// What a request holds, in a buffer that is used again: a copy of every request would be garbage as soon as it is in the spool. The buffer goes back
/// when neither its maker nor whoever it was lent to needs it any more.
/// </summary>
internal sealed class RentedCopy : IDisposable
{
    private readonly byte[] _buffer;
    private readonly int _length;
    private int _holders = 1;

    private RentedCopy(byte[] buffer, int length) => (_buffer, _length) = (buffer, length);

    /// <summary>What it holds; not to be used after the last one gave it back.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Copies a content, which stays as it is.</summary>
    public static async Task<RentedCopy> OfAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength is null)
        {
            await content.LoadIntoBufferAsync(cancellationToken).ConfigureAwait(false);
        }

        var length = (int)content.Headers.ContentLength!.Value;
        var copy = new RentedCopy(ArrayPool<byte>.Shared.Rent(length), length);
        try
        {
            using var stream = new MemoryStream(copy._buffer, 0, length);
            await content.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <summary>Another one needs it, too, until it disposes this.</summary>
    public IDisposable Lend()
    {
        Interlocked.Increment(ref _holders);
        return this;
    }

    /// <summary>Gives it back; once for each holder.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }
}
