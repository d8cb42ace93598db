using OllamaStudio.Core.Telemetry;
using OllamaStudio.Shell;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Architecture;

/// <summary>Holds the modules in their order: in what was compiled, and in the sources, where constants leave a trace.</summary>
public sealed class ArchitectureTests
{
    /// <summary>Everything without a web. Lab, Insights, Gateway and Storage have their place before they come.</summary>
    private static readonly Layering Core = new("OllamaStudio.Core",
    [
        ["Primitives"], ["Settings"], ["Telemetry"], ["Spans", "Export", "Ollama"], ["Tools"], ["Chat"], ["Insights", "Lab", "Gateway"], ["Storage"],
    ]);

    /// <summary>Uses that are not yet gone: <c>From -> To</c>. To be empty.</summary>
    private static readonly string[] NotYet =
    [
        "Settings -> Ollama", "Settings -> Telemetry",
    ];

    [Fact]
    public void Modules_of_Core_use_only_those_below_them()
    {
        var sources = Sources("OllamaStudio.Core").ToArray();
        Assert.NotEmpty(sources);
        var uses = Assemblies.ForbiddenIn(typeof(StudioDiagnostics).Assembly, Core)
            .Concat(sources.SelectMany(source => Core.ModuleOf(source.Namespace) is { } module ? Core.ForbiddenIn(source.Text, module, source.Path) : []));

        Assert.Empty(uses.Where(use => !NotYet.Contains($"{use.From} -> {use.To}")).Select(use => $"{use.From} -> {use.To}: {use.Where}"));
    }

    [Fact]
    public void Every_source_of_Core_lies_in_a_module()
    {
        var sources = Sources("OllamaStudio.Core").ToArray();
        Assert.NotEmpty(sources);
        Assert.Empty(sources.Where(source => Core.ModuleOf(source.Namespace) is null).Select(source => source.Path));
    }

    [Theory]
    [InlineData("OllamaStudio")]
    [InlineData("OllamaStudio.Core")]
    [InlineData("OllamaStudio.Simulator")]
    public void A_namespace_is_its_folder(string project)
    {
        var sources = Sources(project).Where(source => source.Namespace is not null).ToArray();
        Assert.NotEmpty(sources);
        Assert.Empty(sources.Where(source => source.Namespace != Path.GetDirectoryName(source.Path)!.Replace(Path.DirectorySeparatorChar, '.')).Select(source => source.Path));
    }

    [Fact]
    public void No_module_is_imported_everywhere()
    {
        var imports = Directory.EnumerateFiles(Repository.Root, "_Imports.razor", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Repository.Root, "Directory.*.props"))
            .ToArray();
        Assert.NotEmpty(imports);
        Assert.All(imports, static file => Assert.DoesNotMatch(@"@using OllamaStudio\.Core|<Using Include=""OllamaStudio", File.ReadAllText(file)));
        Assert.All(["OllamaStudio", "OllamaStudio.Core"], static project => Assert.All(
            Sources(project), static source => Assert.DoesNotMatch(@"(?m)^global using ", source.Text)));
    }

    [Fact]
    public void Core_knows_no_web() =>
        Assert.DoesNotContain(Assemblies.ReferencesOf(typeof(StudioDiagnostics).Assembly), static name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    [Fact]
    public void The_web_knows_no_SQL()
    {
        var names = Assemblies.ReferencesOf(typeof(StudioUi).Assembly).ToArray();
        Assert.NotEmpty(names);
        Assert.DoesNotContain(names, static name => name is "Microsoft.Data.Sqlite" or "Dapper" or "Npgsql");
    }

    private static IEnumerable<(string Path, string Text, string? Namespace)> Sources(string project) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, project), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file))
            .Where(static path => !path.Split(Path.DirectorySeparatorChar).Intersect(["obj", "bin"]).Any())
            .Select(static path => (Path: path, Text: File.ReadAllText(Path.Combine(Repository.Root, path))))
            .Select(static source => (source.Path, source.Text, NamespaceOf(source.Text)));

    private static string? NamespaceOf(string source) =>
        source.Split('\n').FirstOrDefault(static line => line.StartsWith("namespace ", StringComparison.Ordinal))?["namespace ".Length..].TrimEnd(';', '\r');
}
