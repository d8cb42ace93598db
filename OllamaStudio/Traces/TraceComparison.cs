using System.Globalization;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <summary>What two traces have beside each other.</summary>
public static class TraceComparison
{
    /// <summary>Their phases in order of time, those that either has.</summary>
    public static IReadOnlyList<ComparedFigure> Phases(TraceSummary left, TraceSummary right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return Phases(left.Wait, right.Wait);
    }

    /// <summary>The phases of two waits in order of time, those that either has; null is a wait of which nothing is known.</summary>
    public static IReadOnlyList<ComparedFigure> Phases(WaitBreakdown? left, WaitBreakdown? right) =>
    [
        .. from kind in Enum.GetValues<WaitKind>()
           let one = Duration(left, kind)
           let other = Duration(right, kind)
           where one is not null || other is not null
           select ComparedFigure.OfTimes(PhaseText.Of(kind), one, other) with { Phase = PhaseText.Key(kind) },
    ];

    /// <summary>Their figures, those that either has.</summary>
    public static IReadOnlyList<ComparedFigure> Figures(TraceSummary left, TraceSummary right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ComparedFigure[] all =
        [
            ComparedFigure.OfWords("Model", left.Model is { } one ? ModelNames.Display(one) : null, right.Model is { } other ? ModelNames.Display(other) : null),
            ComparedFigure.OfWords("Ended", Ended(left), Ended(right)),
            ComparedFigure.OfTimes("Duration", left.Duration, right.Duration),
            ComparedFigure.OfCounts("Tokens in", left.Tokens.Input, right.Tokens.Input),
            ComparedFigure.OfCounts("Tokens cached", left.CachedTokens, right.CachedTokens),
            ComparedFigure.OfCounts("Tokens out", left.Tokens.Output, right.Tokens.Output),
            ComparedFigure.OfNumbers("Tokens per second", left.TokensPerSecond, right.TokensPerSecond, CountText.RateNumber),
            ComparedFigure.OfCounts("Spans", left.SpanCount, right.SpanCount),
            ComparedFigure.OfCounts("Errors", left.ErrorCount, right.ErrorCount),
            ComparedFigure.OfWords("Tools", Tools(left), Tools(right)),
            ComparedFigure.OfWords("Service", left.Service, right.Service),
        ];
        return [.. all.Where(static figure => figure.Left is not null || figure.Right is not null)];
    }

    private static TimeSpan? Duration(WaitBreakdown? wait, WaitKind kind) => wait?.Stretches.FirstOrDefault(stretch => stretch.Kind == kind)?.Duration;

    private static string Ended(TraceSummary trace) => trace.IsStopped ? "stopped" : SpanFacts.StatusWord(trace.Status) + (trace.Error is { } why ? ": " + why : "");

    private static string? Tools(TraceSummary trace) => trace.Tools.IsEmpty ? null : string.Join(", ", trace.Tools);
}

/// <summary>A figure of two traces.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Left">The first one's, in words; null where it has none.</param>
/// <param name="Right">The second one's.</param>
/// <param name="Difference">From the first to the second; null where they are the same or one has none.</param>
public sealed record ComparedFigure(string Name, string? Left, string? Right, string? Difference)
{
    /// <summary>The key of the phase's colour; null where it is no phase.</summary>
    public string? Phase { get; init; }

    /// <summary>Of words.</summary>
    public static ComparedFigure OfWords(string name, string? left, string? right) => new(name, left, right, left == right ? null : "differs");

    /// <summary>Of durations.</summary>
    public static ComparedFigure OfTimes(string name, TimeSpan? left, TimeSpan? right) =>
        OfNumbers(name, left?.Ticks, right?.Ticks, static ticks => DurationText.Of(TimeSpan.FromTicks((long)ticks)));

    /// <summary>Of counts.</summary>
    public static ComparedFigure OfCounts(string name, long? left, long? right) => OfNumbers(name, left, right, static count => CountText.Full((long)count));

    /// <summary>Of numbers, each as its words.</summary>
    public static ComparedFigure OfNumbers(string name, double? left, double? right, Func<double, string> text) =>
        new(name, left is { } one ? text(one) : null, right is { } other ? text(other) : null, left is { } from && right is { } to ? Compare(from, to, text) : null);

    private static string? Compare(double left, double right, Func<double, string> text)
    {
        var difference = right - left;
        var share = left > 0 ? difference / left : (double?)null;
        return difference == 0 ? null
            : $"{(difference > 0 ? "+" : "−")}{text(Math.Abs(difference))}"
                + (share is { } part && Math.Abs(part) is >= 0.005 and < 10 ? string.Create(CultureInfo.InvariantCulture, $" ({part:+0%;−0%})") : "");
    }
}
