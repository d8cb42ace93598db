using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace OllamaStudio.Benchmarks.Loopback;

/// <summary>
/// <see cref="LoopbackBenchmarks"/>, one request of each kind in turn. Over a socket the time depends more on how the scheduler wakes the
/// reader than on the reader, and changes by the second; in turn, both have the same luck.
/// </summary>
internal static class Pairs
{
    /// <summary>The first argument that runs it.</summary>
    public const string Verb = "pairs";

    private const int WarmUp = 300;
    private const int Count = 1500;

    private static readonly double[] Quantiles = [0, 0.1, 0.25, 0.5, 0.75, 0.9];

    /// <summary>Runs it, some 20 seconds, and writes a table.</summary>
    public static async Task<int> RunAsync()
    {
        var benchmarks = new LoopbackBenchmarks { Framing = Framing.FlushedLines };
        benchmarks.Setup();
        var bare = new double[Count];
        var client = new double[Count];
        for (int i = -WarmUp; i < Count; i++)
        {
            bare[Math.Max(i, 0)] = await TimeAsync(benchmarks.BareHttpClient);
            client[Math.Max(i, 0)] = await TimeAsync(benchmarks.Client);
        }

        benchmarks.Cleanup();
        Console.WriteLine(Write(bare, client));
        return 0;
    }

    private static async Task<double> TimeAsync(Func<Task<int>> request)
    {
        long start = Stopwatch.GetTimestamp();
        await request();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    private static string Write(double[] bare, double[] client)
    {
        var table = new StringBuilder()
            .AppendLine("| of a request | bare, \u00b5s | client, \u00b5s | ratio |")
            .AppendLine("|---|--:|--:|--:|");
        void Row(string name, double one, double other) =>
            table.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {one:N0} | {other:N0} | {other / one:F2} |");

        Row("mean", bare.Average(), client.Average());
        bare.AsSpan().Sort();
        client.AsSpan().Sort();
        foreach (double quantile in Quantiles)
        {
            int index = (int)(quantile * Count);
            Row(quantile is 0 ? "fastest" : string.Create(CultureInfo.InvariantCulture, $"{quantile:P0} quantile"), bare[index], client[index]);
        }

        return table.ToString();
    }
}
