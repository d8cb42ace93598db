using System.Collections.Concurrent;
using System.Diagnostics;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>The studio as a person starts it: its own process, its own data folder, an environment without our own settings.</summary>
public sealed class StudioProcess : IAsyncDisposable
{
    private const string ReadyMark = "OllamaStudio is ready: open ";
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    // Nothing of the machine's own configuration may leak into a test.
    private static readonly string[] ForeignPrefixes =
        ["OLLAMA", "OTEL_", "PHOENIX_", "OPENINFERENCE_", "ASPNETCORE_", "MCP_", "ENVIRONMENT", "SERVICE_VERSION", "PORT", "LOG_LEVEL", "MAX_CONVERSATION", "CI"];

    private readonly Dictionary<string, string> _environment;
    private readonly string _data = Directory.CreateTempSubdirectory("ollama-studio-test-").FullName;
    private readonly ConcurrentQueue<string> _output = new();
    private Process? _process;

    private StudioProcess(Dictionary<string, string> environment) => _environment = environment;

    /// <summary>Where it listens, without a trailing slash; the same after a restart.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Where its settings lie.</summary>
    public string DataFolder => _data;

    /// <summary>What it has printed so far.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts it on a free port and waits until it says that it is ready.</summary>
    /// <param name="environment">Variables of <c>MISSION.md</c>'s table; by default neither Ollama nor Phoenix is reachable.</param>
    public static async Task<StudioProcess> StartAsync(params (string Name, string Value)[] environment)
    {
        var studio = new StudioProcess(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OLLAMA_HOST"] = Unreachable,
            ["PHOENIX_ENDPOINT"] = Unreachable + "/v1/traces",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            ["PORT"] = "0",
        });
        foreach (var (name, value) in environment)
        {
            studio._environment[name] = value;
        }

        await studio.StartAgainAsync();
        return studio;
    }

    /// <summary>A port of this machine on which nothing ever listens.</summary>
    public static string Unreachable => "http://127.0.0.1:9";

    /// <summary>Starts it once more, on the same port and data, after <see cref="KillAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Assembly]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _data };
        foreach (var name in start.Environment.Keys.Where(name => ForeignPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["OLLAMASTUDIO_DATA"] = _data;
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data, ready);
        _process.ErrorDataReceived += (_, line) => Read(line.Data, ready);
        _process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("The studio ended before it was ready:\n" + Output));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Address = await ready.Task.WaitAsync(Guard);
        _environment["PORT"] = new Uri(Address).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Asks it to end, as a service manager or Ctrl+C would, and waits until it has.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", ["-TERM", $"{_process!.Id}"]) { UseShellExecute = false })!;
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(Guard);
        Assert.Equal(0, _process.ExitCode);
    }

    /// <summary>Ends it without a warning, as a crash would.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_data, recursive: true);
    }

    private void Read(string? line, TaskCompletionSource<string> ready)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        var mark = line.IndexOf(ReadyMark, StringComparison.Ordinal);
        if (mark >= 0)
        {
            ready.TrySetResult(line[(mark + ReadyMark.Length)..].Trim().TrimEnd('/'));
        }
    }

    // The app's own build output, of the configuration that these tests were built in: it is what dotnet run starts.
    internal static string Assembly
    {
        get
        {
            var bin = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)); // …/bin/Debug/net10.0
            return Path.Combine(Repository.Root, "OllamaStudio", "bin", bin.Parent!.Name, bin.Name, "OllamaStudio.dll");
        }
    }
}
