using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Settings;
using OllamaStudio.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Settings;

/// <summary>
/// A data folder as the studio of November 2026 left it, with its keys, is read whole. The folder <c>Golden/version-1</c> was
/// written by that studio and is never written anew; its keys guard nothing but the made-up secrets in it.
/// </summary>
public sealed class SettingsOfVersionOneTests : IDisposable
{
    private readonly SettingsFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Every_value_of_the_file_is_in_force_secrets_too()
    {
        Copy(Path.Combine(Repository.Root, "OllamaStudio.Tests", "Settings", "Golden", "version-1"), _fixture.Folder.Path);
        using var services = Start();

        var settings = _fixture.Open(protector: services.GetRequiredService<ISecretProtector>());

        Assert.Empty(settings.Faults);
        Assert.Null(settings.LoadWarning);
        var current = settings.Current;
        Assert.Equal(
            ("http://gpu.example:11435", "qwen3:4b", ServerChoice.Demo, "ollama-golden-key"),
            (current.Ollama.Host, current.Ollama.Model, current.Ollama.Server, current.Ollama.ApiKey));
        Assert.Equal(17, current.Chat.MaxConversationHistory);
        Assert.Equal("http://localhost:3009/mcp", current.Mcp.ServerUrl);

        var telemetry = current.Telemetry;
        Assert.Equal((false, "kitchen", "staging", "4.5.6"), (telemetry.Enabled, telemetry.ServiceName, telemetry.Environment, telemetry.ServiceVersion));
        Assert.Equal((0.125, CaptureLevel.Full), (telemetry.SamplingRatio, telemetry.Capture));
        Assert.Equal(["order-\\d+", "a b\\tc"], telemetry.RedactionPatterns.AsEnumerable());
        Assert.Equal([new("a.b", "1"), new("team", "blå, grøn")], telemetry.ResourceAttributes);
        Assert.Equal([new("tier", "gold")], telemetry.SpanAttributes);
        Assert.Equal(
            new BatchSettings { MaxQueueSize = 1000, MaxExportBatchSize = 100, ScheduledDelayMilliseconds = 2500, ExportTimeoutMilliseconds = 7000 },
            telemetry.Batch);

        Assert.Equal(
            ("https://phoenix.example/v1/traces", "evaluation", "phoenix-golden-key"), (telemetry.Destination.Endpoint, telemetry.Destination.ProjectName, telemetry.Destination.ApiKey));
        Assert.Equal([new("x-region", "north"), new("x-tenant", "tenant-golden-secret")], telemetry.Destination.Headers);

        var (files, web) = (current.Mcp.Servers[0], current.Mcp.Servers[1]);
        Assert.Equal(2, current.Mcp.Servers.Length);
        Assert.Equal(
            ("files", McpTransport.Stdio, "npx", "//host/notes", true, 61, 31),
            (files.Name, files.Transport, files.Command, files.WorkingDirectory, files.Enabled, files.CallTimeoutSeconds, files.ConnectTimeoutSeconds));
        Assert.Equal(["-y", "@example/files", "a b"], files.Arguments.AsEnumerable());
        Assert.Equal([new("MODE", "read only"), new("TOKEN", "files-golden-secret")], files.Environment);
        Assert.Equal((null, 0), (files.Url, files.Headers.Count));
        Assert.Equal(
            ("web", McpTransport.Http, "https://tools.example/mcp?x=1", false, 7, 8),
            (web.Name, web.Transport, web.Url, web.Enabled, web.CallTimeoutSeconds, web.ConnectTimeoutSeconds));
        Assert.False(files.TrustsReadOnly || web.TrustsReadOnly, "A server that was saved before there was trust is not trusted.");
        Assert.Equal([new("Authorization", "Bearer web-golden-secret")], web.Headers);
        Assert.Equal((null, 0, 0), (web.Command, web.Arguments.Length, web.Environment.Count));
    }

    private ServiceProvider Start() =>
        new ServiceCollection().AddLogging().AddSingleton(_fixture.Folder).AddSettingsProtection().BuildServiceProvider();

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
