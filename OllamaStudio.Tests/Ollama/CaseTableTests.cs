using System.Reflection;
using System.Text.RegularExpressions;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama;

/// <summary>The table of cases in <c>docs/ollama-client.md</c>, which readers rely on to find the test of a case.</summary>
public partial class CaseTableTests
{
    [Fact]
    public async Task Every_case_names_tests_that_exist()
    {
        string[] lines = await Repository.ReadDocumentAsync("ollama-client.md");
        Match[] rows = [.. lines.Select(line => Row().Match(line)).Where(row => row.Success)];

        Assert.Equal(Enumerable.Range(1, 46).Select(number => $"{number}"), rows.Select(row => row.Groups["number"].Value));
        foreach (Match row in rows)
        {
            Match[] tests = Test().Matches(row.Value).ToArray();
            Assert.NotEmpty(tests);
            Assert.All(tests, test => Assert.True(
                typeof(CaseTableTests).Assembly.GetType($"{typeof(CaseTableTests).Namespace}.{test.Groups["type"].Value}")?
                    .GetMethod(test.Groups["method"].Value)?.GetCustomAttribute<FactAttribute>() is not null,
                $"Case {row.Groups["number"].Value} names {test.Value}, which is no test."));
        }
    }

    [GeneratedRegex(@"^\| (?<number>\d+) \|.*\|$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<type>\w+Tests)\.(?<method>\w+)`", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Test();
}
