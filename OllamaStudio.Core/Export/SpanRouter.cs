using System.Diagnostics;
using OpenTelemetry;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Hands each ended span to the channel in force, exactly once, also while one takes over from another. It belongs to the
/// provider that listens and samples, which stays for the life of the process.
/// </summary>
internal sealed class SpanRouter : BaseProcessor<Activity>
{
    private Destination? _channel;

    /// <summary>The channel in force; null where nothing is sent. An old one is closed only after it was replaced here.</summary>
    public Destination? Channel
    {
        get => Volatile.Read(ref _channel);
        set => Volatile.Write(ref _channel, value);
    }

    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        // The live panel records unsampled spans too; they arrive here and stay in the process.
        while (data.Recorded && Channel is { } channel)
        {
            if (channel.TryAccept(data))
            {
                return;
            }
        }
    }
}
