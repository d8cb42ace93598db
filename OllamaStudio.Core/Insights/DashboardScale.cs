namespace OllamaStudio.Core.Insights;

/// <summary>How far a dashboard looks back.</summary>
public enum DashboardRange
{
    /// <summary>Five minutes.</summary>
    FiveMinutes,

    /// <summary>An hour.</summary>
    Hour,

    /// <summary>24 hours.</summary>
    Day,

    /// <summary>7 days.</summary>
    Week,

    /// <summary>30 days.</summary>
    Month,

    /// <summary>All that is kept.</summary>
    All,
}

/// <summary>The windows that a range is divided into.</summary>
/// <param name="From">Begin of the first, UTC.</param>
/// <param name="Count">How many there are; at most <see cref="MaxWindows"/>.</param>
/// <param name="Length">How long each is.</param>
/// <param name="Step">What they are summed of.</param>
/// <param name="BarEvery">How many of them a bar takes, so that bars are wide enough; the last window ends with a bar.</param>
public sealed record DashboardScale(DateTimeOffset From, int Count, TimeSpan Length, RollupStep Step, int BarEvery)
{
    /// <summary>Most points of a line.</summary>
    public const int MaxWindows = 120;

    // A bar narrower than a few pixels is a line.
    private const int MaxBars = 60;

    private static readonly TimeSpan[] s_lengths =
    [
        TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(2),
        TimeSpan.FromHours(8), TimeSpan.FromDays(1), TimeSpan.FromDays(2), TimeSpan.FromDays(7), TimeSpan.FromDays(14), TimeSpan.FromDays(28),
    ];

    // Such as a person says: every 4 hours, and not every 16.
    private static readonly TimeSpan[] s_barLengths = [.. s_lengths, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(30), TimeSpan.FromHours(4), TimeSpan.FromDays(4), TimeSpan.FromDays(56)];

    /// <summary>End of the last window, UTC: now, or a little later.</summary>
    public DateTimeOffset To => From + (Count * Length);

    /// <summary>The windows of a range.</summary>
    /// <param name="range">How far back.</param>
    /// <param name="now">UTC.</param>
    /// <param name="zone">Windows of hours and days begin with the hours and days there, as far as its hours are UTC's.</param>
    /// <param name="first">Begin of what is kept; where nothing is, <see cref="DashboardRange.All"/> is a day.</param>
    public static DashboardScale Of(DashboardRange range, DateTimeOffset now, TimeZoneInfo zone, DateTimeOffset? first)
    {
        ArgumentNullException.ThrowIfNull(zone);
        return range switch
        {
            DashboardRange.FiveMinutes => Back(TimeSpan.FromSeconds(10), 30),
            DashboardRange.Hour => Back(TimeSpan.FromMinutes(1), 60),
            DashboardRange.Day => Back(TimeSpan.FromMinutes(15), 96),
            DashboardRange.Week => Back(TimeSpan.FromHours(2), 84),
            DashboardRange.Month => Back(TimeSpan.FromHours(8), 90),
            _ => All(),
        };

        DashboardScale All()
        {
            var all = now - (first ?? now);
            var length = s_lengths.FirstOrDefault(length => length >= TimeSpan.FromMinutes(15) && length * (MaxWindows - 4) >= all, s_lengths[^1]);
            return Back(length, Math.Clamp((int)Math.Ceiling(all / length), (int)Math.Ceiling(TimeSpan.FromDays(1) / length), MaxWindows - 3));
        }

        DashboardScale Back(TimeSpan length, int count)
        {
            // The clock there, as if it stood still at today's offset, and in whole steps: half an hour of one is not to be had.
            var step = StepOf(length);
            var offset = zone.GetUtcOffset(now).Ticks;
            offset -= offset % Ticks(step);
            var bar = Enumerable.Range((count + MaxBars - 1) / MaxBars, count).First(windows => s_barLengths.Contains(windows * length));
            var last = bar * length.Ticks;
            var end = now.UtcTicks + offset + last - 1;
            var to = new DateTimeOffset(end - (end % last) - offset, TimeSpan.Zero);
            count += bar; // the first and the last are cut: together they are one more
            return new DashboardScale(to - (count * length), count, length, step, bar);
        }
    }

    /// <summary>How long a bar is.</summary>
    public TimeSpan BarLength => BarEvery * Length;

    /// <summary>The window that a moment lies in; -1 for one before or after all.</summary>
    public int IndexOf(DateTimeOffset time) => time < From || time >= To ? -1 : (int)((time - From) / Length);

    /// <summary>A stretch of time as few steps as it is made of: days in its middle, hours and minutes at its ends.</summary>
    /// <param name="from">Taken as the begin of its finest step.</param>
    /// <param name="to">Exclusive.</param>
    /// <param name="finest">The shortest step to use.</param>
    public static IEnumerable<(RollupStep Step, DateTimeOffset From, DateTimeOffset To)> Pieces(DateTimeOffset from, DateTimeOffset to, RollupStep finest)
    {
        var coarser = finest switch { RollupStep.TenSeconds => RollupStep.Minute, RollupStep.Minute => RollupStep.Hour, RollupStep.Hour => RollupStep.Day, _ => finest };
        from = Floor(from, finest);
        var (inner, outer) = (Floor(from.AddTicks(Ticks(coarser) - 1), coarser), Floor(to, coarser));
        if (coarser == finest || inner >= outer)
        {
            return from < to ? [(finest, from, to)] : [];
        }

        return [.. Short(from, inner), .. Pieces(inner, outer, coarser), .. Short(outer, to)];

        IEnumerable<(RollupStep, DateTimeOffset, DateTimeOffset)> Short(DateTimeOffset begin, DateTimeOffset end) => begin < end ? [(finest, begin, end)] : [];
    }

    private static DateTimeOffset Floor(DateTimeOffset time, RollupStep step) => new(time.UtcTicks - (time.UtcTicks % Ticks(step)), TimeSpan.Zero);

    private static long Ticks(RollupStep step) => (int)step * TimeSpan.TicksPerSecond;

    // Steps of a day begin at midnight UTC, so that only windows of weeks are made of them.
    private static RollupStep StepOf(TimeSpan length) => length switch
    {
        { TotalMinutes: < 1 } => RollupStep.TenSeconds,
        { TotalHours: < 1 } => RollupStep.Minute,
        { TotalDays: < 7 } => RollupStep.Hour,
        _ => RollupStep.Day,
    };
}
