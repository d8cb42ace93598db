namespace OllamaStudio.Tests.Ollama.Golden;

/// <summary>
/// 20,000 streams, good and broken, and what the client made of each, in <c>streams.txt</c>. A stream that is read otherwise on
/// purpose stands, with the reason and its new outcome, in <c>stream-exceptions.txt</c>. How the files are written anew: <see cref="GoldenFiles"/>.
/// </summary>
public class StreamOutcomeTests
{
    private const int Count = 20_000;

    /// <summary>Differences that are shown; more would only be scrolled over.</summary>
    private const int Shown = 10;

    [Fact]
    public async Task Every_stream_is_read_as_it_was()
    {
        var outcomes = new List<(int Seed, StreamOutcome Outcome)>(Count);
        for (int seed = 0; seed < Count; seed++)
        {
            outcomes.Add((seed, await StreamOutcome.OfAsync(StreamGenerator.Make(seed))));
        }

        Assert.Empty(outcomes.Where(one => one.Outcome.End.StartsWith(StreamOutcome.Unknown, StringComparison.Ordinal)).Take(Shown));
        await GoldenFiles.WriteIfAskedAsync("streams.txt", "What the client makes of each fuzzed stream; see StreamGolden.cs for the form.", StreamGolden.Write(outcomes));

        Dictionary<int, StreamOutcome> expected = StreamGolden.Read(await GoldenFiles.ReadAsync("streams.txt"));
        Assert.Equal(Enumerable.Range(0, Count), expected.Keys.Order());
        foreach ((int seed, StreamOutcome outcome) in StreamGolden.ReadExceptions(await GoldenFiles.ReadAsync("stream-exceptions.txt")))
        {
            Assert.True(expected[seed] != outcome, $"The exception for {seed} is none: that is what the golden file says.");
            expected[seed] = outcome;
        }

        (int Seed, StreamOutcome Outcome)[] different = [.. outcomes.Where(one => one.Outcome != expected[one.Seed])];
        Assert.True(different.Length == 0, $"{different.Length} of {Count} streams are read otherwise.\n\n{string.Join('\n', different.Take(Shown).Select(one =>
            $"""
            Seed {one.Seed}: {StreamGenerator.Make(one.Seed)}
              was  [{expected[one.Seed].End}] {expected[one.Seed].Said}
              is   [{one.Outcome.End}] {one.Outcome.Said}

            """))}");
    }

    [Fact]
    public void A_seed_makes_the_same_stream_everywhere()
    {
        // Known values of SplitMix64: were they others on some machine, all outcomes would be.
        var random = new SeededRandom(0);
        Assert.Equal([unchecked((int)(0xE220A8397B1DCDAF % int.MaxValue)), unchecked((int)(0x6E789E6AA1B965F4 % int.MaxValue))], [random.Next(int.MaxValue), random.Next(int.MaxValue)]);
        Assert.Equal(StreamGenerator.Make(17).Body, StreamGenerator.Make(17).Body);
    }

    [Fact]
    public void Outcomes_are_read_back_as_they_were_written_and_an_exception_needs_a_reason()
    {
        (int, StreamOutcome)[] outcomes = [(3, new("ok", "\"Hi\" | stop")), (1, new("cut: [1]", "")), (2, new("ok", "\"Hi\" | stop"))];

        string[] lines = [.. StreamGolden.Write(outcomes)];

        Assert.Equal(["[cut: [1]]", "1\t", "[ok]", "2 3\t\"Hi\" | stop"], lines);
        Assert.Equal(outcomes.OrderBy(one => one.Item1), StreamGolden.Read(lines).Select(one => (one.Key, one.Value)).OrderBy(one => one.Key));
        Assert.Equal(new StreamOutcome("ok", "-"), StreamGolden.ReadExceptions(["7\tthe reason\tok\t-"])[7]);
        Assert.Throws<FormatException>(() => StreamGolden.ReadExceptions(["7\t \tok\t-"]));
    }
}
