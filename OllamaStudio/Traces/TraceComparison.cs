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
        return
        [
            .. from kind in Enum.GetValues<WaitKind>()
               let one = Duration(left, kind)
               let other = Duration(right, kind)
               where one is not null || other is not null
               select Duration(PhaseText.Of(kind), one, other) with { Phase = PhaseText.Key(kind) },
        ];
    }

    /// <summary>Their figures, those that either has.</summary>
    public static IReadOnlyList<ComparedFigure> Figures(TraceSummary left, TraceSummary right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ComparedFigure[] all =
        [
            Words("Model", left.Model is { } one ? ModelNames.Display(one) : null, right.Model is { } other ? ModelNames.Display(other) : null),
            Words("Ended", Ended(left), Ended(right)),
            Duration("Duration", left.Duration, right.Duration),
            Count("Tokens in", left.Tokens.Input, right.Tokens.Input),
            Count("Tokens cached", left.CachedTokens, right.CachedTokens),
            Count("Tokens out", left.Tokens.Output, right.Tokens.Output),
            Number("Tokens per second", left.TokensPerSecond, right.TokensPerSecond, CountText.RateNumber),
            Count("Spans", left.SpanCount, right.SpanCount),
            Count("Errors", left.ErrorCount, right.ErrorCount),
            Words("Tools", Tools(left), Tools(right)),
            Words("Service", left.Service, right.Service),
        ];
        return [.. all.Where(static figure => figure.Left is not null || figure.Right is not null)];
    }

    private static TimeSpan? Duration(TraceSummary trace, WaitKind kind) => trace.Wait?.Stretches.FirstOrDefault(stretch => stretch.Kind == kind)?.Duration;

    private static string Ended(TraceSummary trace) => trace.IsStopped ? "stopped" : SpanFacts.StatusWord(trace.Status) + (trace.Error is { } why ? ": " + why : "");

    private static string? Tools(TraceSummary trace) => trace.Tools.IsEmpty ? null : string.Join(", ", trace.Tools);

    private static ComparedFigure Words(string name, string? left, string? right) => new(name, left, right, left == right ? null : "differs");

    private static ComparedFigure Duration(string name, TimeSpan? left, TimeSpan? right) =>
        Number(name, left?.Ticks, right?.Ticks, static ticks => DurationText.Of(TimeSpan.FromTicks((long)ticks)));

    private static ComparedFigure Count(string name, long? left, long? right) => Number(name, left, right, static count => CountText.Full((long)count));

    private static ComparedFigure Number(string name, double? left, double? right, Func<double, string> text) =>
        new(name, left is { } one ? text(one) : null, right is { } other ? text(other) : null, left is { } from && right is { } to ? Difference(from, to, text) : null);

    private static string? Difference(double left, double right, Func<double, string> text)
    {
        var difference = right - left;
        var share = left > 0 ? difference / left : (double?)null;
        return difference == 0 ? null
            : $"{(difference > 0 ? "+" : "−")}{text(Math.Abs(difference))}"
                + (share is { } part && Math.Abs(part) is >= 0.005 and < 10 ? string.Create(CultureInfo.InvariantCulture, $" ({part:+0%;−0%})") : "");
    }
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
}
