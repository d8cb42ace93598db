using System.Globalization;

namespace OllamaStudio.Core.Insights;

/// <summary>A stretch of time that traces are looked for in, by their start: so long until now, or from one moment to another.</summary>
public sealed record TimeRange
{
    /// <summary>All there is.</summary>
    public static TimeRange All { get; } = new();

    /// <summary>Those that a menu offers, by the word that an address has for them.</summary>
    public static IReadOnlyList<(string Word, string Title, TimeRange Range)> Offered { get; } =
    [
        ("1h", "Last hour", Past(TimeSpan.FromHours(1))),
        ("24h", "Last 24 hours", Past(TimeSpan.FromHours(24))),
        ("7d", "Last 7 days", Past(TimeSpan.FromDays(7))),
        ("30d", "Last 30 days", Past(TimeSpan.FromDays(30))),
        ("all", "All time", All),
    ];

    /// <summary>So long until now; null where it does not move with time.</summary>
    public TimeSpan? Length { get; init; }

    /// <summary>The first moment in it, UTC; null for no bound.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The first moment after it, UTC; null for no bound.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>So long until now.</summary>
    public static TimeRange Past(TimeSpan length) => new() { Length = length };

    /// <summary>Reads what an address says; what cannot be read is <see cref="All"/>.</summary>
    /// <param name="range">A word of <see cref="Offered"/>; null for none.</param>
    /// <param name="from">A moment such as <c>2026-11-26T12:00:00Z</c>; null for none.</param>
    /// <param name="to">Likewise.</param>
    public static TimeRange Read(string? range, string? from, string? to)
    {
        var (start, end) = (Moment(from), Moment(to));
        return start is not null || end is not null ? new() { From = start, To = end }
            : Offered.FirstOrDefault(offered => offered.Word == range).Range ?? All;
    }

    /// <summary>The parts of an address that <see cref="Read"/> reads.</summary>
    public IEnumerable<string> Address()
    {
        if (Offered.FirstOrDefault(offered => offered.Range == this) is { Word: { } word } && this != All)
        {
            yield return "range=" + word;
        }

        foreach (var (name, moment) in new[] { ("from", From), ("to", To) })
        {
            if (moment is { } known)
            {
                yield return $"{name}={Uri.EscapeDataString(known.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture))}";
            }
        }
    }

    /// <summary>The same with both ends fixed, as they are at <paramref name="now"/>: so long until now begins with a full minute.</summary>
    public TimeRange At(DateTimeOffset now) => Length is { } length ? new() { From = (now - length).AddTicks(-((now - length).Ticks % TimeSpan.TicksPerMinute)) } : this;

    /// <summary>Whether a moment lies in it; <see cref="Length"/> is <see cref="At"/>'s affair.</summary>
    public bool Contains(DateTimeOffset moment) => !(moment < From) && !(moment >= To);

    private static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;
}
