using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama.Package;

/// <summary>
/// The column "the package alone" of the table in <c>docs/ollama-client.md</c>: both clients are given each case, and what differs is
/// what the row says. A later version of the package that mends something is seen here, and so can what was built for it go.
/// </summary>
public class PackageAloneTests
{
    [Fact]
    public async Task Each_row_says_what_the_package_alone_does_beside_the_studio()
    {
        Dictionary<int, string> column = await CaseTable.ColumnAsync(3);
        HostileCase[] cases = [.. HostileCases.All()];
        Assert.Equal(column.Keys.Order(), cases.Select(one => one.Number));

        var wrong = new List<string>();
        foreach (HostileCase one in cases)
        {
            string verdict = await VerdictAsync(one);
            if (!column[one.Number].StartsWith(verdict, StringComparison.Ordinal))
            {
                wrong.Add($"{one.Number}: says “{column[one.Number]}”, is “{verdict}”");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static async Task<string> VerdictAsync(HostileCase one)
    {
        (string studio, _) = await RunAsync(one, CaseReaders.StudioAsync);

        // What one reader has cancelled, the next has yet to.
        one = HostileCases.All().Single(other => other.Number == one.Number);
        (string package, int asked) = await RunAsync(one, CaseReaders.PackageAsync);
        string times = asked > 2 ? $" after {asked} requests" : "";
        return (studio[0], package.FirstOrDefault()) switch
        {
            _ when studio == package => "the same",
            ('!', '!') => $"fails with `{package[1..]}`{times}",
            ('!', _) => "ends as if all were well",
            (_, '!') => $"throws `{package[1..]}`, the answer is lost",
            _ => $"says `{package}`",
        };
    }

    private static async Task<(string Outcome, int Asked)> RunAsync(HostileCase one, Func<HostileCase, Uri, Task<string>> read)
    {
        if (one.NobodyListens)
        {
            using var port = new UnusedPort();
            return (await read(one, new Uri($"http://{port.Host}/")), 0);
        }

        await using ScriptedServer server = await ScriptedServer.StartAsync(one.Answer);
        string outcome = await read(one, server.Address);
        return (outcome, server.Requests.Count);
    }
}
