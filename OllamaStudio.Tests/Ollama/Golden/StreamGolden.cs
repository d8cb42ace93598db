using System.Globalization;

namespace OllamaStudio.Tests.Ollama.Golden;

/// <summary>
/// The form in which outcomes are kept, by what they have in common: <c>[how it ended]</c>, and below it a line for each that
/// was said, after the seeds of the streams that gave it: <c>17 423⇥"Hi" | stop</c>.
/// </summary>
internal static class StreamGolden
{
    public static IEnumerable<string> Write(IEnumerable<(int Seed, StreamOutcome Outcome)> outcomes) =>
        from one in outcomes
        group one by one.Outcome.End into ends
        orderby ends.Min(one => one.Seed)
        from line in (from one in ends group one.Seed by one.Outcome.Said into said orderby said.Min() select $"{string.Join(' ', said.Order())}\t{said.Key}").Prepend($"[{ends.Key}]")
        select line;

    public static Dictionary<int, StreamOutcome> Read(IEnumerable<string> lines)
    {
        var outcomes = new Dictionary<int, StreamOutcome>();
        string end = "";
        foreach (string line in lines)
        {
            if (line.StartsWith('['))
            {
                end = line[1..^1];
                continue;
            }

            int tab = line.IndexOf('\t', StringComparison.Ordinal);
            foreach (string seed in line[..tab].Split(' '))
            {
                outcomes.Add(int.Parse(seed, CultureInfo.InvariantCulture), new StreamOutcome(end, line[(tab + 1)..]));
            }
        }

        return outcomes;
    }

    /// <summary>Exceptions in the form <c>seed⇥reason⇥how it ends⇥what was said</c>: what is expected of that stream instead.</summary>
    public static Dictionary<int, StreamOutcome> ReadExceptions(IEnumerable<string> lines) => lines.Select(line => line.Split('\t')).ToDictionary(
        parts => int.Parse(parts[0], CultureInfo.InvariantCulture),
        parts => parts.Length == 4 && parts[1].Trim().Length > 0
            ? new StreamOutcome(parts[2], parts[3])
            : throw new FormatException($"The exception for {parts[0]} needs a reason, an end and what was said."));
}
