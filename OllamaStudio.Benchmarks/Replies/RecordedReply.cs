using System.Globalization;
using System.Text;

namespace OllamaStudio.Benchmarks.Replies;

/// <summary>
/// A reply of <see cref="Chunks"/> lines as Ollama writes them on <c>/api/chat</c>: the same bytes in every run. Its tokens have the lengths
/// of English prose, with some line ends, quotes, letters outside ASCII, and <c>&lt;</c> as Go escapes it.
/// </summary>
internal static class RecordedReply
{
    /// <summary>Lines, the last one with the counts included.</summary>
    public const int Chunks = 2000;

    /// <summary>Whose reply it is.</summary>
    public const string Model = "llama3.1:8b";

    private const int Seed = 1;
    private const long NanosecondsPerChunk = 17_318_507;

    // As they stand between the quotes of the JSON.
    private static readonly string[] Tokens =
    [
        " the", " of", " light", " is", " scattered", " by", " molecules", ",", " and", " shorter", " wave", "lengths", " more", " than", " longer",
        " ones", ".", " The", " sky", " therefore", " looks", " blue", ":", "\\n\\n", " -", " **", "Ray", "leigh", "**", " \\\"", "scattering",
        "\\\"", " \u03bb", "\u207b\u2074", " caf\u00e9", " \\u003c", " 400", "\u202f", "nm", " \ud83c\udf0c", " a", " in", " to", " at", " sunset",
        " red", " because", " path", " through", " atmosphere",
    ];

    /// <summary>Its lines, each with the newline at its end.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Lines { get; } = [.. Write()];

    /// <summary>All of it.</summary>
    public static byte[] Bytes { get; } = [.. Lines.SelectMany(line => line.ToArray())];

    private static IEnumerable<ReadOnlyMemory<byte>> Write()
    {
        var random = new Random(Seed);
        for (int i = 0; i < Chunks - 1; i++)
        {
            yield return Line(i, Tokens[random.Next(Tokens.Length)], "\"done\":false");
        }

        yield return Line(
            Chunks - 1,
            "",
            "\"done\":true,\"done_reason\":\"stop\",\"total_duration\":35021456789,\"load_duration\":312345678,"
                + "\"prompt_eval_count\":26,\"prompt_eval_duration\":98765432,\"eval_count\":1999,\"eval_duration\":34610345679");
    }

    private static ReadOnlyMemory<byte> Line(int index, string content, string end) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"model":"{{Model}}","created_at":"{{CreatedAt(index)}}","message":{"role":"assistant","content":"{{content}}"},{{end}}}""") + "\n");

    // RFC 3339 with up to nine fractional digits, zeros at the end left out.
    private static string CreatedAt(int index)
    {
        long nanoseconds = 123_456_789 + index * NanosecondsPerChunk;
        var second = new DateTime(2025, 1, 15, 9, 30, 0, DateTimeKind.Utc).AddSeconds(nanoseconds / 1_000_000_000);
        var fraction = (nanoseconds % 1_000_000_000).ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return second.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + (fraction.Length > 0 ? "." + fraction : "") + "Z";
    }
}
