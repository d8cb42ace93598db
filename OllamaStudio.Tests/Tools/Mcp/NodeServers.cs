using System.Diagnostics;
using System.Globalization;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Tools.Mcp;

/// <summary>The reference servers from npm, installed once into a folder of their own; where there is no Node.js, null, except in CI, which has it.</summary>
internal static class NodeServers
{
    // A fixed one: what these servers offer changes from release to release.
    private const string Version = "2026.8.31";

    private static readonly Lazy<Task<string?>> s_folder = new(InstallAsync);

    /// <summary>The server with tools of every kind, over stdio.</summary>
    public static async Task<McpServerSettings?> EverythingAsync() =>
        await ScriptAsync("server-everything") is { } script
            ? new() { Name = "everything", Command = "node", Arguments = [script, "stdio"], TrustsReadOnly = true, CallTimeoutSeconds = 30 }
            : null;

    /// <summary>The server that remembers, in that file.</summary>
    public static async Task<McpServerSettings?> MemoryAsync(string file) =>
        await ScriptAsync("server-memory") is { } script
            ? new() { Name = "memory", Command = "node", Arguments = [script], Environment = Pairs("MEMORY_FILE_PATH", file) }
            : null;

    /// <summary>A server over HTTP, until it is disposed, on that port or on a free one.</summary>
    public static async Task<HttpServer?> ServeEverythingAsync(UnusedPort? port = null)
    {
        using var own = port is null ? new UnusedPort() : null;
        return await ScriptAsync("server-everything") is { } script ? await HttpServer.StartAsync(script, port ?? own!) : null;
    }

    /// <summary>Says in the test's output why it proves nothing here.</summary>
    public static bool IsMissing(object? server)
    {
        if (server is not null)
        {
            return false;
        }

        Console.WriteLine("Node.js or npm is not installed: the MCP servers from npm are not tested here.");
        return true;
    }

    public static System.Collections.Immutable.ImmutableSortedDictionary<string, string> Pairs(string name, string value) =>
        new McpServerSettings { Name = "any" }.Environment.Add(name, value);

    private static async Task<string?> ScriptAsync(string package) =>
        await s_folder.Value is { } folder ? Path.Combine(folder, "node_modules", "@modelcontextprotocol", package, "dist", "index.js") : null;

    private static async Task<string?> InstallAsync()
    {
        var folder = Path.Combine(Path.GetTempPath(), "ollama-studio-tests", "mcp-servers");
        try
        {
            Directory.CreateDirectory(folder);
            using var npm = Process.Start(new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm")
            {
                ArgumentList =
                {
                    "install", "--prefix", folder, "--no-audit", "--no-fund", "--prefer-offline",
                    $"@modelcontextprotocol/server-everything@{Version}", $"@modelcontextprotocol/server-memory@{Version}",
                },
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var output = npm.StandardOutput.ReadToEndAsync();
            var errors = npm.StandardError.ReadToEndAsync();
            await npm.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
            await output;
            return npm.ExitCode == 0 ? folder : throw new InvalidOperationException($"npm install failed: {await errors}");
        }
        catch (System.ComponentModel.Win32Exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            return null;
        }
    }

    /// <summary>The server with tools of every kind, over streamable HTTP.</summary>
    internal sealed class HttpServer : IAsyncDisposable
    {
        private readonly Process _process;

        private HttpServer(Process process, int port)
        {
            _process = process;
            Port = port;
        }

        public int Port { get; }

        public McpServerSettings Settings => new()
        {
            Name = "web", Transport = McpTransport.Http, Url = $"http://localhost:{Port.ToString(CultureInfo.InvariantCulture)}/mcp", TrustsReadOnly = true, ConnectTimeoutSeconds = 20,
        };

        public static async Task<HttpServer> StartAsync(string script, UnusedPort port)
        {
            port.Share();
            var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var process = new Process
            {
                EnableRaisingEvents = true,
                StartInfo = new("node")
                {
                    ArgumentList = { script, "streamableHttp" },
                    Environment = { ["PORT"] = port.Number.ToString(CultureInfo.InvariantCulture) },
                    UseShellExecute = false,
                    RedirectStandardError = true,
                    RedirectStandardOutput = true,
                },
            };
            process.ErrorDataReceived += (_, line) =>
            {
                if (line.Data?.Contains("listening on port", StringComparison.Ordinal) is true)
                {
                    listening.TrySetResult();
                }
            };
            process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"The server ended before it listened on port {port.Number}."));
            process.Start();
            process.BeginErrorReadLine();
            process.BeginOutputReadLine();
            await listening.Task.WaitAsync(TimeSpan.FromSeconds(60));
            return new(process, port.Number);
        }

        public async ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }

            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }
}
