using System.Globalization;

namespace OllamaStudio.Benchmarks.Store;

/// <summary>
/// How all that <see cref="StoreRun"/> measures grows from a folder with 100,000 spans and 100,000 messages to one with ten times as many: they are filled where they are
/// empty, measured in turn, and what is printed last is a table with the medians of both and how many times the second one is the first. Ends by itself.
/// </summary>
internal static class StoreGrowthRun
{
    /// <summary>The first argument that starts it; then the smaller folder and the larger one.</summary>
    public const string Verb = "growth";

    // Below, a clock tells nothing of how something grows.
    private const double Least = 0.5;

    /// <summary>Fills and measures both.</summary>
    public static async Task RunAsync(string small, string large)
    {
        await StoreRun.FillAsync(small, traces: 15_000, conversations: 1_000, messages: 100_000);
        await StoreRun.FillAsync(large, traces: 150_000, conversations: 10_000, messages: 1_000_000);
        var (before, after) = (await MeasureAsync(small), await MeasureAsync(large));
        Console.WriteLine();
        Console.WriteLine("| median, ms | smaller | larger | times |");
        Console.WriteLine("|---|--:|--:|--:|");
        foreach (var ((name, less), (_, more)) in before.Zip(after))
        {
            var times = Math.Max(less, more) < Least ? "–" : (more / less).ToString("0.0", CultureInfo.InvariantCulture);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {less:0.0} | {more:0.0} | {times} |"));
        }
    }

    private static async Task<IReadOnlyList<(string Name, double Median)>> MeasureAsync(string folder)
    {
        await using var store = new StoreUnderTest(folder);
        return await StoreRun.MeasureAsync(store);
    }
}
