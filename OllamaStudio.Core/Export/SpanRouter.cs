using System.Diagnostics;
using OpenTelemetry;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Hands each ended span to the destination in force, exactly once, also while one takes over from another. It belongs to the
/// provider that listens and samples, which stays for the life of the process.
/// </summary>
internal sealed class SpanRouter : BaseProcessor<Activity>
{
    private Destination? _current;

    /// <summary>The destination in force; null where nothing is sent. An old one is closed only after it was replaced here.</summary>
    public Destination? Current
    {
        get => Volatile.Read(ref _current);
        set => Volatile.Write(ref _current, value);
    }

    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        // The live panel records unsampled spans too; they arrive here and stay in the process.
        while (data.Recorded && Current is { } destination)
        {
            if (destination.TryAccept(data))
            {
                return;
            }
        }
    }
}
