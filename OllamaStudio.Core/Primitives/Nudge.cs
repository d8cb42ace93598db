using System.Threading.Channels;

namespace OllamaStudio.Core.Primitives;

/// <summary>Says "look now" to one who waits: any number of times before the look are one, and none is lost. Safe to give from any thread.</summary>
internal sealed class Nudge
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Give() => _channel.Writer.TryWrite(true);

    /// <summary>Ends when there is one, which stays until it is taken.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _channel.Reader.WaitToReadAsync(cancellationToken).AsTask();

    public void Take() => _channel.Reader.TryRead(out _);
}
