using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>
/// The studio as a person starts it: its own program, data folder and address, an environment without our own settings. Its process may
/// have been another's before (<see cref="StudioRunner"/>), and never is at the same time.
/// </summary>
public sealed class StudioProcess : IAsyncDisposable
{
    private const string AddressMark = "Open http";
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    // Nothing of the machine's own configuration may leak into a test.
    private static readonly string[] ForeignPrefixes =
        ["OLLAMA", "OTEL_", "PHOENIX_", "OPENINFERENCE_", "ASPNETCORE_", "MCP_", "ENVIRONMENT", "SERVICE_VERSION", "PORT", "LOG_LEVEL", "MAX_CONVERSATION", "CI"];

    private readonly Dictionary<string, string> _environment;
    private readonly string _data = Directory.CreateTempSubdirectory("ollama-studio-test-").FullName;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly SemaphoreSlim _printed = new(0);
    private readonly bool _isAlone;
    private Process? _process;
    private StudioRunner? _runner;
    private Socket? _port; // while it does not run

    private StudioProcess(Dictionary<string, string> environment, bool isAlone) => (_environment, _isAlone) = (environment, isAlone);

    /// <summary>Where it listens, without a trailing slash; the same after a restart.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Its access token; empty where it asks for none.</summary>
    public string Token { get; private set; } = "";

    /// <summary>Where its settings lie.</summary>
    public string DataFolder => _data;

    /// <summary>What it has printed so far.</summary>
    public string Output => string.Join('\n', Lines);

    /// <summary>The same by line, standard output and standard error as they came.</summary>
    public IReadOnlyList<string> Lines => [.. _output];

    /// <summary>Whether that line says where to open the studio: the one place that names the token.</summary>
    public static bool IsAddress(string line) => line.StartsWith(AddressMark, StringComparison.Ordinal);

    /// <summary>Starts it on a free port and waits until it says where to open it.</summary>
    /// <param name="environment">Variables of <c>MISSION.md</c>'s table; by default neither Ollama nor Phoenix is reachable.</param>
    public static Task<StudioProcess> StartAsync(params (string Name, string Value)[] environment) => StartAsync(isAlone: false, environment);

    /// <summary>The same in a process that nobody had before: for what happens once a process.</summary>
    public static Task<StudioProcess> StartAloneAsync(params (string Name, string Value)[] environment) => StartAsync(isAlone: true, environment);

    private static async Task<StudioProcess> StartAsync(bool isAlone, (string Name, string Value)[] environment)
    {
        var studio = new StudioProcess(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["OLLAMA_HOST"] = Unreachable,
                ["PHOENIX_ENDPOINT"] = Unreachable + "/v1/traces",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
                ["PORT"] = "0",
            },
            isAlone);
        foreach (var (name, value) in environment)
        {
            studio._environment[name] = value;
        }

        await studio.StartAgainAsync();
        return studio;
    }

    /// <summary>Starts one that is to end by itself; its exit code, and what it wrote to standard error.</summary>
    public static async Task<(int ExitCode, string Error)> RunToEndAsync(string[] arguments, params (string Name, string Value)[] environment)
    {
        var data = Directory.CreateTempSubdirectory("ollama-studio-test-").FullName;
        try
        {
            var start = Describe(data);
            foreach (var (name, value) in WithData(data, environment.Select(static variable => KeyValuePair.Create(variable.Name, variable.Value))))
            {
                start.Environment[name] = value;
            }

            foreach (var argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }

            using var process = Process.Start(start)!;
            try
            {
                process.OutputDataReceived += (_, _) => { };
                process.BeginOutputReadLine();
                var error = await process.StandardError.ReadToEndAsync().WaitAsync(Guard);
                await process.WaitForExitAsync().WaitAsync(Guard);
                return (process.ExitCode, error);
            }
            finally
            {
                process.Kill();
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>A port of this machine on which nothing ever listens.</summary>
    public static string Unreachable => "http://127.0.0.1:9";

    /// <summary>Starts it once more, on the same port and data, after <see cref="KillAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        var ready = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = Describe(_data);
        var variables = WithData(_data, _environment);
        if (_isAlone)
        {
            foreach (var (name, value) in variables)
            {
                start.Environment[name] = value;
            }

            _process = new Process { StartInfo = start, EnableRaisingEvents = true };
            _process.OutputDataReceived += (_, line) => Read(line.Data, ready);
            _process.ErrorDataReceived += (_, line) => Read(line.Data, ready);
            _process.Exited += (_, _) => SayEnded(ready);
            _process.Start();
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }
        else
        {
            _runner = StudioRunner.Begin(start, variables, line => Read(line, ready), () => SayEnded(ready));
            _process = _runner.Process;
        }

        var address = await ready.Task.WaitAsync(Guard);
        LetGoOfPort();
        Address = address.GetLeftPart(UriPartial.Authority);
        Token = address.Query.Length == 0 ? "" : address.Query["?token=".Length..];
        _environment["PORT"] = address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>One of its addresses as a person opens it for the first time.</summary>
    public string WithToken(string path) => $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}token={Token}";

    /// <summary>A client that brings the token with every request, as programs do.</summary>
    public HttpClient CreateClient() => new() { BaseAddress = new Uri(Address), DefaultRequestHeaders = { Authorization = new("Bearer", Token) } };

    /// <summary>Returns once it has printed that many lines of that kind.</summary>
    public async Task WaitForLinesAsync(int count, Func<string, bool> kind)
    {
        using var limit = new CancellationTokenSource(Guard);
        while (Lines.Count(kind) < count)
        {
            await _printed.WaitAsync(limit.Token);
        }
    }

    /// <summary>Asks it to end, as a service manager or Ctrl+C would, and waits until it has.</summary>
    public async Task StopAsync()
    {
        await SignalAsync("TERM");
        _runner?.Leave();
        await _process!.WaitForExitAsync().WaitAsync(Guard);
        Assert.Equal(0, _process.ExitCode);
        HoldPort();
    }

    /// <summary>Holds it still, as a machine that sleeps, until <see cref="WakeAsync"/>.</summary>
    public Task SleepAsync() => SignalAsync("STOP");

    /// <summary>Lets it go on.</summary>
    public Task WakeAsync() => SignalAsync("CONT");

    /// <summary>Ends it without a warning, as a crash would.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        (_process, _runner) = (null, null);
        HoldPort();
    }

    // Bound, and nobody listens: who connects is refused, and no other test's server gets it until this one is there again.
    private void HoldPort()
    {
        if (Address.Length > 0 && _port is null)
        {
            _port = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _port.Bind(new IPEndPoint(IPAddress.Loopback, new Uri(Address).Port));
        }
    }

    private void LetGoOfPort()
    {
        _port?.Dispose();
        _port = null;
    }

    public async ValueTask DisposeAsync()
    {
        await (_runner?.EndAsync() ?? KillAsync());
        LetGoOfPort();
        Directory.Delete(_data, recursive: true);
        _printed.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", [$"-{signal}", $"{_process!.Id}"]) { UseShellExecute = false })!;
        await kill.WaitForExitAsync();
    }

    private static ProcessStartInfo Describe(string data)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = data, ArgumentList = { Assembly } };
        foreach (var name in start.Environment.Keys.Where(name => ForeignPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))).ToList())
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    private static Dictionary<string, string> WithData(string data, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OLLAMASTUDIO_DATA"] = data,
            ["DetailedErrors"] = "true", // what fails in the server is told to the browser, and a test says it
        };
        foreach (var (name, value) in environment)
        {
            variables[name] = value;
        }

        return variables;
    }

    private void Read(string? line, TaskCompletionSource<Uri> ready)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        _printed.Release();
        if (IsAddress(line))
        {
            ready.TrySetResult(new Uri(line["Open ".Length..]));
        }
    }

    // After it was ready nobody hears it.
    private void SayEnded(TaskCompletionSource<Uri> ready) =>
        ready.TrySetException(new InvalidOperationException("The studio ended before it was ready:\n" + Output));

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
