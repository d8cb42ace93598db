using System.Net;
using System.Text.RegularExpressions;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>
/// Scripts and styles that a source names by path are found only when the program runs: no compiler sees that a component
/// moved and its script's address with it.
/// </summary>
public sealed class NamedFilesTests
{
    [Fact]
    public async Task Every_script_and_style_that_a_source_names_is_served()
    {
        var named = NamedFiles();
        Assert.Contains(named, static file => file.EndsWith(".razor.js", StringComparison.Ordinal));
        Assert.Contains(named, static file => file.EndsWith(".css", StringComparison.Ordinal));
        await using var studio = await StudioProcess.StartAsync();
        using var client = studio.CreateClient();

        foreach (var file in named)
        {
            using var answer = await client.GetAsync(file);
            Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{file}: {answer.StatusCode}");
            Assert.Equal(file.EndsWith(".css", StringComparison.Ordinal) ? "text/css" : "text/javascript", answer.Content.Headers.ContentType?.MediaType);
            Assert.NotEmpty(await answer.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public void Every_collocated_script_is_named_by_its_component()
    {
        var web = Path.Combine(Repository.Root, "OllamaStudio");
        var scripts = Directory.EnumerateFiles(web, "*.razor.js", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(web, file).Replace('\\', '/')).ToArray();
        Assert.NotEmpty(scripts);
        Assert.Subset(NamedFiles(), scripts.ToHashSet(StringComparer.Ordinal));
    }

    // "./Traces/SpanTreeGrid.razor.js" in code, @Assets["css/base.css"] and "_content/…" in markup.
    private static HashSet<string> NamedFiles() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "OllamaStudio"), "*", SearchOption.AllDirectories)
            .Where(static file => Path.GetExtension(file) is ".razor" or ".cs" or ".js" && !file.Split(Path.DirectorySeparatorChar).Intersect(["obj", "bin"]).Any())
            .SelectMany(static file => Regex.Matches(File.ReadAllText(file), """["'](?:\./|/)?(?<path>[\w./-]+\.(?:js|css))["']""", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)))
            .Select(static match => match.Groups["path"].Value),
    ];
}
