using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama.Golden;

/// <summary>
/// The golden files: what the client did when they were written, which is what it has to do. Setting
/// <see cref="WriteVariable"/> to 1 and running the tests of this folder writes them anew:
/// <c>OLLAMASTUDIO_WRITE_GOLDEN=1 dotnet test OllamaStudio.Tests --filter FullyQualifiedName~Ollama.Golden</c>.
/// Such a run always fails, so that none in CI passes by writing what it should compare with. The difference belongs into
/// the commit that causes it, with its reason in the message.
/// </summary>
internal static class GoldenFiles
{
    private const string WriteVariable = "OLLAMASTUDIO_WRITE_GOLDEN";

    private static readonly string Folder = Path.Combine(Repository.Root, "OllamaStudio.Tests", "Ollama", "Golden");

    /// <summary>The lines of a golden file but for its comments, which begin with <c>#</c>.</summary>
    public static async Task<string[]> ReadAsync(string name) =>
        [.. (await File.ReadAllLinesAsync(Path.Combine(Folder, name))).Where(line => !line.StartsWith('#') && line.Length > 0)];

    /// <summary>Compares line by line; of a difference it shows the first lines whole, with the <c>[heading]</c> that they stand under.</summary>
    public static async Task CompareAsync(string name, IReadOnlyList<string> lines)
    {
        string[] expected = await ReadAsync(name);
        int same = expected.Zip(lines).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.True(same == expected.Length && same == lines.Count, $"""
            {name} says otherwise, under {lines.Take(same + 1).LastOrDefault(line => line.StartsWith('['))}
              was  {expected.ElementAtOrDefault(same) ?? "(the end)"}
              is   {lines.ElementAtOrDefault(same) ?? "(the end)"}
            """);
    }

    /// <summary>Writes the file anew, and fails, where that is asked for.</summary>
    public static async Task WriteIfAskedAsync(string name, string comment, IEnumerable<string> lines)
    {
        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
        {
            await File.WriteAllTextAsync(Path.Combine(Folder, name), string.Concat(lines.Prepend($"# {comment}").Select(line => line + "\n")));
            Assert.Fail($"{name} was written anew. Look at the difference, then run again without {WriteVariable}.");
        }
    }
}
