using System.Globalization;
using System.Text;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace OllamaStudio.Benchmarks;

/// <summary>
/// All figures in one table, for each chunk, with ratios to the baseline of the same class in the same run. Times are those of the
/// fastest iteration, which other programs disturbed least; the median tells how much they did.
/// </summary>
internal static class SpeedSummary
{
    /// <summary>Writes it, as Markdown.</summary>
    public static string Write(IEnumerable<Summary> summaries)
    {
        var table = new StringBuilder()
            .AppendLine("| benchmark | ns/chunk | median | chunks/s | B/chunk | time ratio | bytes ratio |")
            .AppendLine("|---|--:|--:|--:|--:|--:|--:|");
        foreach (var summary in summaries)
        {
            foreach (var benchmark in summary.BenchmarksCases)
            {
                var own = Figures.Of(summary, benchmark);
                var baseline = summary.GetBaseline(summary.GetLogicalGroupKey(benchmark)) is { } one ? Figures.Of(summary, one) : null;
                table.AppendLine(Row(benchmark, own, baseline));
            }
        }

        return table.ToString();
    }

    private static string Row(BenchmarkCase benchmark, Figures? own, Figures? baseline)
    {
        var name = $"{benchmark.Descriptor.Type.Name}.{benchmark.Descriptor.WorkloadMethod.Name}"
            + (benchmark.HasParameters ? $" ({benchmark.Parameters.ValueInfo})" : "");
        return own is null
            ? $"| {name} | failed | | | | |"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {own.Nanoseconds:N0} | {own.Median:N0} | {1e9 / own.Nanoseconds:N0} | {own.Bytes:N0} | {own.Nanoseconds / baseline?.Nanoseconds:F2} | {own.Bytes / baseline?.Bytes:F2} |");
    }

    private sealed record Figures(double Nanoseconds, double Median, double? Bytes)
    {
        public static Figures? Of(Summary summary, BenchmarkCase benchmark) =>
            summary[benchmark] is { ResultStatistics: { } statistics } report
                ? new Figures(statistics.Min, statistics.Median, report.GcStats.GetBytesAllocatedPerOperation(benchmark))
                : null;
    }
}
