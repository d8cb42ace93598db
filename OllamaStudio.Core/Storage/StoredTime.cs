namespace OllamaStudio.Core.Storage;

/// <summary>Times and durations as they are stored: whole nanoseconds. Those of .NET are multiples of 100, and come back as they were.</summary>
internal static class StoredTime
{
    private const long PerTick = 100;

    private const long MostTicks = long.MaxValue / PerTick;

    /// <summary>Nanoseconds since 1970 UTC; a time before 1678 or after 2262 is taken for the first or last that there is.</summary>
    public static long Of(DateTimeOffset time) => Of(time - DateTimeOffset.UnixEpoch);

    /// <summary>Nanoseconds of a duration; at most 292 years.</summary>
    public static long Of(TimeSpan duration) => Math.Clamp(duration.Ticks, -MostTicks, MostTicks) * PerTick;

    /// <summary>The time of what was stored, UTC.</summary>
    public static DateTimeOffset Read(long stored) => DateTimeOffset.UnixEpoch + ReadDuration(stored);

    /// <summary>The duration of what was stored.</summary>
    public static TimeSpan ReadDuration(long stored) => TimeSpan.FromTicks(stored / PerTick);
}
