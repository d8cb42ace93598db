using System.Text.RegularExpressions;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Architecture;

/// <summary>That the roads which the architecture document draws lead through files that are there.</summary>
public sealed class RoadsTests
{
    private const string Document = "architecture.md";

    [Fact]
    public async Task Every_road_names_files_and_all_of_them_exist()
    {
        var text = string.Join('\n', await Repository.ReadDocumentAsync(Document));
        var roads = text.Split("\n## ")[1..];
        Assert.Equal(["Prompt to painted token", "Activity to live panel", "Activity to a destination", "Setting to what it changes", "Message to disk"], roads.Select(static road => road.Split('\n')[0]));
        Assert.All(roads, static road => Assert.NotEmpty(FilesIn(road)));
        Assert.All(FilesIn(text), static file => Assert.True(File.Exists(Path.Combine(Repository.Root, file)), file));
    }

    private static IEnumerable<string> FilesIn(string text) =>
        Regex.Matches(text, @"`(?<file>OllamaStudio[\w./]*\.(?:cs|razor))`", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(static match => match.Groups["file"].Value);
}
