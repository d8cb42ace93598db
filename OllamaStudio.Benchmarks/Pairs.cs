using System.Diagnostics;
using System.Globalization;
using System.Text;
using OllamaStudio.Benchmarks.Loopback;
using OllamaStudio.Benchmarks.Parsing;

namespace OllamaStudio.Benchmarks;

/// <summary>
/// The benchmarks of a class, one reply of each kind in turn. What the scheduler and other programs do changes by the second; in turn,
/// all kinds have the same luck, and their ratio means something on a busy machine, too.
/// </summary>
internal static class Pairs
{
    /// <summary>The first argument that runs it: over a socket, or from bytes in memory where <c>parse</c> follows.</summary>
    public const string Verb = "pairs";

    private const int WarmUp = 300;
    private const int Count = 1500;

    private static readonly double[] Quantiles = [0, 0.1, 0.25, 0.75, 0.9];

    /// <summary>Runs it, some 20 seconds, and writes a table of microseconds for a reply of 2,000 chunks.</summary>
    public static async Task<int> RunAsync(bool parse)
    {
        if (parse)
        {
            var parsing = new ParseBenchmarks();
            await RunAsync(("serializer", parsing.Serializer), ("client", parsing.Client), ("IChatClient", parsing.ChatClient));
            parsing.Cleanup();
            return 0;
        }

        var loopback = new LoopbackBenchmarks { Framing = Framing.FlushedLines };
        loopback.Setup();
        await RunAsync(("bare", loopback.BareHttpClient), ("client", loopback.Client));
        loopback.Cleanup();
        return 0;
    }

    private static async Task RunAsync(params (string Name, Func<Task<int>> Run)[] kinds)
    {
        double[][] times = [.. kinds.Select(_ => new double[Count])];
        for (int i = -WarmUp; i < Count; i++)
        {
            for (int kind = 0; kind < kinds.Length; kind++)
            {
                times[kind][Math.Max(i, 0)] = await TimeAsync(kinds[kind].Run);
            }
        }

        Console.WriteLine(Write([.. kinds.Select(kind => kind.Name)], times));
    }

    private static async Task<double> TimeAsync(Func<Task<int>> request)
    {
        long start = Stopwatch.GetTimestamp();
        await request();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    private static string Write(string[] names, double[][] times)
    {
        var table = new StringBuilder();
        void Line(params IEnumerable<string> cells) => table.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");
        void Row(string name, IEnumerable<double> microseconds, IEnumerable<double> ratios) =>
            Line([name, .. microseconds.Select(value => value.ToString("N0", CultureInfo.InvariantCulture)), .. ratios.Skip(1).Select(value => value.ToString("F2", CultureInfo.InvariantCulture))]);
        void Compare(string name, IEnumerable<double> values) => Row(name, values, values.Select(value => value / values.First()));

        Line(["of a reply", .. names.Select(name => $"{name}, \u00b5s"), .. names.Skip(1).Select(name => $"{name}, ratio")]);
        Line(["---", .. Enumerable.Repeat("--:", (2 * names.Length) - 1)]);

        // Each with its neighbours, before they are put in order.
        double[] ratios = [.. times.Select(kind => Median(kind.Zip(times[0], (one, first) => one / first)))];
        Row("median, and the median of the ratios", times.Select(Median), ratios);
        Compare("mean", [.. times.Select(kind => kind.Average())]);
        foreach (double quantile in Quantiles)
        {
            Compare(
                quantile is 0 ? "fastest" : string.Create(CultureInfo.InvariantCulture, $"{quantile:P0} quantile"),
                [.. times.Select(kind => kind.Order().ElementAt((int)(quantile * Count)))]);
        }

        return table.ToString();
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Count / 2);
}
