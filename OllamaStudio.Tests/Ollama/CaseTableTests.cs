using System.Reflection;
using System.Text.RegularExpressions;

namespace OllamaStudio.Tests.Ollama;

/// <summary>The table of cases in <c>docs/ollama-client.md</c>, which readers rely on to find the test of a case.</summary>
public partial class CaseTableTests
{
    [Fact]
    public async Task Every_case_names_tests_that_exist_and_says_what_is_done_by_which_part()
    {
        string[][] rows = await CaseTable.RowsAsync();

        Assert.Equal(Enumerable.Range(1, 46).Select(number => $"{number}"), rows.Select(row => row[0]));
        foreach (string[] row in rows)
        {
            Assert.Equal(6, row.Length);
            Assert.DoesNotContain("", row);
            Match[] tests = Test().Matches(row[5]).ToArray();
            Assert.NotEmpty(tests);
            Assert.All(tests, test => Assert.True(
                typeof(CaseTableTests).Assembly.GetType($"{typeof(CaseTableTests).Namespace}.{test.Groups["type"].Value}")?
                    .GetMethod(test.Groups["method"].Value)?.GetCustomAttribute<FactAttribute>() is not null,
                $"Case {row[0]} names {test.Value}, which is no test."));
            foreach (string part in row[4].Split(',', StringSplitOptions.TrimEntries))
            {
                Assert.True(
                    part is "OllamaSharp" || typeof(Core.Ollama.OllamaClient).Assembly.GetTypes().Any(type => $"`{type.Name}`" == part),
                    $"Case {row[0]} names {part}, which is no part.");
            }
        }
    }

    [GeneratedRegex(@"`(?<type>\w+Tests)\.(?<method>\w+)`", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Test();
}
