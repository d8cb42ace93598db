using System.Threading.Channels;

namespace OllamaStudio.Core.Primitives;

/// <summary>An event for one who awaits it: set any number of times before it is reset is set once, and no setting is lost. Safe to set from any thread.</summary>
internal sealed class AsyncResetEvent
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _channel.Writer.TryWrite(true);

    /// <summary>Ends when it is set; it stays set until it is reset.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _channel.Reader.WaitToReadAsync(cancellationToken).AsTask();

    public void Reset() => _channel.Reader.TryRead(out _);
}
