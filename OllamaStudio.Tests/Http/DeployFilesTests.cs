using System.Text.Json;
using OllamaStudio.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace OllamaStudio.Tests.Http;

/// <summary>That what lies in <c>deploy/</c> can be read, and that its parts name each other rightly.</summary>
public sealed class DeployFilesTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "deploy");

    [Fact]
    public async Task Every_file_can_be_read()
    {
        var files = Directory.GetFiles(s_folder, "*.*", SearchOption.AllDirectories);

        Assert.All(files.Where(static file => file.EndsWith(".yaml", StringComparison.Ordinal)), static file => Assert.NotEmpty(Read(file).Children));
        foreach (var file in files.Where(static file => file.EndsWith(".json", StringComparison.Ordinal)))
        {
            using var board = JsonDocument.Parse(await File.ReadAllTextAsync(file));
            Assert.NotEqual(0, board.RootElement.GetProperty("panels").GetArrayLength());
        }

        Assert.Equal(9, files.Length); // none was overlooked
    }

    [Fact]
    public void What_a_service_mounts_waits_for_or_is_told_is_there()
    {
        var compose = Read(Path.Combine(s_folder, "compose.yaml"));
        var services = (YamlMappingNode)compose["services"];
        var (names, volumes, secrets) = (Keys(services), Keys((YamlMappingNode)compose["volumes"]), Keys((YamlMappingNode)compose["secrets"]));

        Assert.All(services.Children.Values, service =>
        {
            Assert.All(Values(service, "volumes"), volume =>
            {
                var source = volume.Split(':')[0];
                Assert.True(volumes.Contains(source, StringComparer.Ordinal) || Path.Exists(Path.Combine(s_folder, source)), volume);
            });
            Assert.Subset(names, Values(service, "depends_on").ToHashSet(StringComparer.Ordinal));
            Assert.Subset(secrets, Values(service, "secrets").ToHashSet(StringComparer.Ordinal));
            Assert.All(Values(service, "ports"), static port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
        });
        Assert.Subset(names, Hosts(compose["services"]["studio"]["environment"]).Concat(Hosts(Read(Path.Combine(s_folder, "grafana", "datasources.yaml")))).ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public void A_pipeline_of_the_Collector_is_made_of_what_is_configured()
    {
        var collector = Read(Path.Combine(s_folder, "collector.yaml"));
        var pipelines = (YamlMappingNode)collector["service"]["pipelines"];

        Assert.Equal(["traces", "metrics", "logs"], Keys(pipelines));
        foreach (var part in new[] { "receivers", "processors", "exporters" })
        {
            Assert.All(pipelines.Children.Values, pipeline => Assert.Subset(Keys((YamlMappingNode)collector[part]), Values(pipeline, part).ToHashSet(StringComparer.Ordinal)));
        }

        Assert.Contains("transform/content", Values(pipelines["traces"], "processors"));
    }

    private static YamlMappingNode Read(string file)
    {
        var stream = new YamlStream();
        using var text = File.OpenText(file);
        stream.Load(text);
        return (YamlMappingNode)Assert.Single(stream.Documents).RootNode;
    }

    private static HashSet<string> Keys(YamlMappingNode map) => [.. map.Children.Keys.Select(static key => ((YamlScalarNode)key).Value!)];

    private static IEnumerable<string> Values(YamlNode map, string key) =>
        ((YamlMappingNode)map).Children.TryGetValue(key, out var list) ? ((YamlSequenceNode)list).Select(static one => ((YamlScalarNode)one).Value!) : [];

    // The hosts of addresses within, but for those that a variable of the person's may replace.
    private static IEnumerable<string> Hosts(YamlNode node) =>
        from scalar in node.AllNodes.OfType<YamlScalarNode>()
        where scalar.Value?.StartsWith("http://", StringComparison.Ordinal) == true
        select new Uri(scalar.Value!).Host;
}
