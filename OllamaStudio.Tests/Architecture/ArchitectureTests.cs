using System.Reflection;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Shared;
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

    /// <summary>The web: features stand side by side, on what they share; the frame shows them, and the edges of HTTP are outside of all.</summary>
    private static readonly Layering Web = new("OllamaStudio",
    [
        ["Shared"], ["Chat", "Traces", "Dashboard", "Models", "Lab", "Settings", "Telemetry"], ["Shell"], ["Http"],
    ]);

    [Fact]
    public void Modules_of_Core_use_only_those_below_them() =>
        Assert.Empty(Forbidden(typeof(StudioDiagnostics).Assembly, Core));

    [Fact]
    public void Features_of_the_web_do_not_use_one_another() =>
        Assert.Empty(Forbidden(typeof(StudioUi).Assembly, Web));

    [Fact]
    public void Every_source_of_Core_lies_in_a_module()
    {
        var sources = Sources("OllamaStudio.Core", "*.cs").ToArray();
        Assert.NotEmpty(sources);
        Assert.Empty(sources.Where(static source => Core.ModuleOf(source.Folder) is null).Select(static source => source.Path));
    }

    [Theory]
    [InlineData("OllamaStudio")]
    [InlineData("OllamaStudio.Core")]
    [InlineData("OllamaStudio.Simulator")]
    public void A_namespace_is_its_folder(string project)
    {
        var sources = Sources(project, "*.cs").Where(static source => NamespaceOf(source.Text) is not null).ToArray();
        Assert.NotEmpty(sources);
        Assert.Empty(sources.Where(static source => NamespaceOf(source.Text) != source.Folder).Select(static source => source.Path));
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
            Sources(project, "*.cs"), static source => Assert.DoesNotMatch(@"(?m)^global using ", source.Text)));
    }

    [Fact]
    public void Core_knows_no_web() =>
        Assert.DoesNotContain(Assemblies.ReferencesOf(typeof(StudioDiagnostics).Assembly), static name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    /// <summary>A task that nobody awaits takes its fault along, and a call of a page that is gone throws: <c>StudioComponent</c> and <c>PageScript</c> see to both.</summary>
    [Fact]
    public void Components_refresh_and_call_scripts_by_the_ways_that_lose_no_fault()
    {
        var sources = Sources("OllamaStudio", "*.cs", "*.razor").ToArray();
        Assert.NotEmpty(sources);
        Assert.All(sources.Where(static source => Path.GetFileName(source.Path) is not ("StudioComponent.cs" or "PageScript.cs")), static source =>
        {
            Assert.DoesNotContain("_ = InvokeAsync", source.Text, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"\bInvokeVoidAsync\(|\.FocusAsync\(preventScroll|JSDisconnectedException", source.Text);
        });
    }

    [Fact]
    public void The_web_knows_no_SQL()
    {
        var names = Assemblies.ReferencesOf(typeof(StudioUi).Assembly).ToArray();
        Assert.NotEmpty(names);
        Assert.DoesNotContain(names, static name => name is "Microsoft.Data.Sqlite" or "Dapper" or "Npgsql");
    }

    [Fact]
    public void Only_Storage_knows_SQL()
    {
        var sources = Sources("OllamaStudio.Core", "*.cs").ToArray();
        var knowing = sources.Where(static source => source.Text.Contains("using Dapper", StringComparison.Ordinal) || source.Text.Contains("Microsoft.Data.Sqlite", StringComparison.Ordinal)
            || source.Text.Contains("SQLitePCL", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(knowing);
        Assert.Empty(knowing.Where(static source => Core.ModuleOf(source.Folder) is not "Storage").Select(static source => source.Path));
    }

    /// <summary>So that another database can take its place: beside where the studio is put together, the web sees interfaces and what they tell, and no more of the store.</summary>
    [Fact]
    public void The_web_knows_the_store_by_its_interfaces()
    {
        var concrete = typeof(OllamaStudio.Core.Storage.StoreWriter).Assembly.GetTypes()
            .Where(static type => type is { IsClass: true, IsAbstract: false, IsPublic: true } && type.Namespace?.StartsWith("OllamaStudio.Core.Storage", StringComparison.Ordinal) is true && type.GetMethod("<Clone>$") is null)
            .Select(static type => type.Name).ToArray();
        Assert.Contains("StoreWriter", concrete);
        var sources = Sources("OllamaStudio", "*.cs", "*.razor").Where(static source => source.Path != Path.Combine("OllamaStudio", "Program.cs") && source.Path != Path.Combine("OllamaStudio", "Composition.cs")).ToArray();
        Assert.NotEmpty(sources);
        Assert.Empty(from source in sources
                     where source.Text.Contains("OllamaStudio.Core.Storage", StringComparison.Ordinal)
                     from name in concrete
                     where System.Text.RegularExpressions.Regex.IsMatch(source.Text, $@"\b{name}\b", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(5))
                     select $"{source.Path}: {name}");
    }

    /// <summary>As <c>From -> To: where</c>, from the assembly and from the sources, components included.</summary>
    private static IEnumerable<string> Forbidden(Assembly assembly, Layering layering)
    {
        var sources = Sources(layering.Root, "*.cs", "*.razor").ToArray();
        Assert.NotEmpty(sources);
        return Assemblies.ForbiddenIn(assembly, layering)
            .Concat(sources.SelectMany(source => layering.ModuleOf(source.Folder) is { } module ? layering.ForbiddenIn(source.Text, module, source.Path) : []))
            .Select(static use => $"{use.From} -> {use.To}: {use.Where}");
    }

    private static IEnumerable<(string Path, string Folder, string Text)> Sources(string project, params string[] patterns) =>
        patterns.SelectMany(pattern => Directory.EnumerateFiles(Path.Combine(Repository.Root, project), pattern, SearchOption.AllDirectories))
            .Select(static file => Path.GetRelativePath(Repository.Root, file))
            .Where(static path => !path.Split(Path.DirectorySeparatorChar).Intersect(["obj", "bin"]).Any())
            .Select(static path => (
                path, Path.GetDirectoryName(path)!.Replace(Path.DirectorySeparatorChar, '.'), File.ReadAllText(Path.Combine(Repository.Root, path))));

    private static string? NamespaceOf(string source) =>
        source.Split('\n').FirstOrDefault(static line => line.StartsWith("namespace ", StringComparison.Ordinal))?["namespace ".Length..].TrimEnd(';', '\r');
}
