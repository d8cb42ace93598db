using System.Buffers.Binary;

namespace OllamaStudio.Tests.EndToEnd.Gallery;

/// <summary>
/// A time zone in which it is 14:32 now, for a process of the studio: spans take their times from the system's clock, which a test
/// cannot set. What a picture shows of the time is then the same whenever it is taken.
/// </summary>
internal sealed class FixedTimeZone : IDisposable
{
    private static readonly TimeSpan Shown = new(14, 32, 0);

    private readonly string _file = Path.GetTempFileName();

    /// <summary>Writes the file that describes it (TZif, RFC 9636: one type of local time, no transitions).</summary>
    public FixedTimeZone(TimeProvider time)
    {
        var offset = TimeSpan.FromMinutes(Math.Floor((Shown - time.GetUtcNow().TimeOfDay).TotalMinutes));
        if (offset > TimeSpan.FromHours(14))
        {
            offset -= TimeSpan.FromDays(1); // .NET takes no zone beyond
        }

        Span<byte> zone = stackalloc byte[44 + 6 + 4];
        zone.Clear();
        "TZif"u8.CopyTo(zone);
        BinaryPrimitives.WriteInt32BigEndian(zone[36..], 1); // types
        BinaryPrimitives.WriteInt32BigEndian(zone[40..], 4); // characters of their names
        BinaryPrimitives.WriteInt32BigEndian(zone[44..], (int)offset.TotalSeconds);
        "GAL"u8.CopyTo(zone[50..]);
        Zone = TimeZoneInfo.CreateCustomTimeZone("GAL", offset, "GAL", "GAL");
        File.WriteAllBytes(_file, zone);
    }

    /// <summary>The same for this process.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>The variable that gives it to a process.</summary>
    public (string Name, string Value) Variable => ("TZ", _file);

    public void Dispose() => File.Delete(_file);
}
