using System.Globalization;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama;

/// <summary>The table of cases in <c>docs/ollama-client.md</c>: number, case, the package alone, the studio, by which part, tests.</summary>
internal static class CaseTable
{
    /// <summary>The rows, each as its cells.</summary>
    public static async Task<string[][]> RowsAsync() =>
        [.. (await Repository.ReadDocumentAsync("ollama-client.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Length > 2 && char.IsAsciiDigit(line[2]))
            .Select(line => line.Split('|')[1..^1].Select(cell => cell.Trim()).ToArray())];

    /// <summary>One column by the rows' numbers.</summary>
    /// <param name="column">From 1.</param>
    public static async Task<Dictionary<int, string>> ColumnAsync(int column) =>
        (await RowsAsync()).ToDictionary(row => int.Parse(row[0], CultureInfo.InvariantCulture), row => row[column - 1]);
}
