namespace OllamaStudio.Core.Storage;

/// <summary>Times and durations as they are stored: whole nanoseconds. Those of .NET are multiples of 100, and come back as they were.</summary>
internal static class StoredTime
{
    private const long PerTick = 100;

    /// <summary>Nanoseconds since 1970 UTC; from 1678 to 2262.</summary>
    public static long Of(DateTimeOffset time) => Of(time - DateTimeOffset.UnixEpoch);

    /// <summary>Nanoseconds of a duration; at most 292 years.</summary>
    public static long Of(TimeSpan duration) => checked(duration.Ticks * PerTick);

    /// <summary>The time of what was stored, UTC.</summary>
    public static DateTimeOffset Read(long stored) => DateTimeOffset.UnixEpoch + ReadDuration(stored);

    /// <summary>The duration of what was stored.</summary>
    public static TimeSpan ReadDuration(long stored) => TimeSpan.FromTicks(stored / PerTick);
}
