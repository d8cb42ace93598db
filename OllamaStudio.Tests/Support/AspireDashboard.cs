using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace OllamaStudio.Tests.Support;

/// <summary>
/// The Aspire dashboard (Aspire.Dashboard.Sdk) as a process of its own, on free ports: a receiver that nobody here wrote, which
/// is asked through its API what it has.
/// </summary>
public sealed class AspireDashboard : IAsyncDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    private readonly string _home = Directory.CreateTempSubdirectory("ollama-studio-test-").FullName;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;
    private string? _api;

    private AspireDashboard() => _process = new Process { EnableRaisingEvents = true, StartInfo = Describe(_home) };

    /// <summary>Where it takes OTLP over HTTP: what to set as the endpoint.</summary>
    public string TracesUrl { get; private set; } = "";

    /// <summary>Where it takes OTLP over gRPC.</summary>
    public string GrpcUrl { get; private set; } = "";

    /// <summary>Starts one and returns when it listens.</summary>
    public static async Task<AspireDashboard> StartAsync()
    {
        var dashboard = new AspireDashboard();
        var process = dashboard._process;
        process.OutputDataReceived += (_, line) => dashboard.Read(line.Data);
        process.ErrorDataReceived += (_, line) => dashboard.Read(line.Data);
        process.Exited += (_, _) => dashboard._ready.TrySetException(new InvalidOperationException("The dashboard ended before it was ready:\n" + string.Join('\n', dashboard._output)));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await dashboard._ready.Task.WaitAsync(Guard);
        return dashboard;
    }

    /// <summary>Its spans, in OTLP's JSON, once they are as asked.</summary>
    public Task<IReadOnlyList<JsonElement>> WaitForSpansAsync(Func<IReadOnlyList<JsonElement>, bool> wanted) =>
        WaitForAsync("spans?limit=1000", static answer => Items(answer, "resourceSpans", "scopeSpans", "spans"), wanted);

    /// <summary>Its log lines, in OTLP's JSON, once they are as asked.</summary>
    public Task<IReadOnlyList<JsonElement>> WaitForLogsAsync(Func<IReadOnlyList<JsonElement>, bool> wanted) =>
        WaitForAsync("logs?limit=1000", static answer => Items(answer, "resourceLogs", "scopeLogs", "logRecords"), wanted);

    /// <summary>Who sent something, with what of each signal it has, once they are as asked. Of metrics its API tells no more.</summary>
    public Task<IReadOnlyList<JsonElement>> WaitForResourcesAsync(Func<IReadOnlyList<JsonElement>, bool> wanted) =>
        WaitForAsync("resources", static answer => [.. answer.EnumerateArray()], wanted);

    private async Task<IReadOnlyList<JsonElement>> WaitForAsync(string path, Func<JsonElement, IReadOnlyList<JsonElement>> read, Func<IReadOnlyList<JsonElement>, bool> wanted)
    {
        using var client = new HttpClient();
        using var limit = new CancellationTokenSource(Guard);
        while (true)
        {
            var items = read(JsonDocument.Parse(await client.GetStringAsync(new Uri($"{_api}/api/telemetry/{path}"), limit.Token)).RootElement);
            if (wanted(items))
            {
                return items;
            }

            await Task.Delay(BetweenLooks, limit.Token); // it tells nobody when something arrives
        }
    }

    private static List<JsonElement> Items(JsonElement answer, string ofResource, string ofScope, string name) =>
    [
        .. from resource in answer.GetProperty("data").GetProperty(ofResource).EnumerateArray()
           from scope in resource.GetProperty(ofScope).EnumerateArray()
           from item in scope.GetProperty(name).EnumerateArray()
           select item,
    ];

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    private static ProcessStartInfo Describe(string home)
    {
        var program = typeof(AspireDashboard).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "AspireDashboard").Value!;
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = home };
        foreach (var (name, value) in new[]
                 {
                     ("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "http://127.0.0.1:0"),
                     ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "http://127.0.0.1:0"), ("ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS", "true"), ("HOME", home),
                 })
        {
            start.Environment[name] = value;
        }

        return start;
    }

    // "Now listening on: http://127.0.0.1:40047", "OTLP/HTTP listening on: http://127.0.0.1:39965"
    private void Read(string? line)
    {
        if (string.IsNullOrEmpty(line))
        {
            return;
        }

        _output.Enqueue(line);
        var address = line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..].Trim();
        if (line.Contains("Now listening on: ", StringComparison.Ordinal))
        {
            _api = address;
        }
        else if (line.Contains("OTLP/HTTP listening on: ", StringComparison.Ordinal))
        {
            TracesUrl = address + "/v1/traces";
        }

        else if (line.Contains("OTLP/gRPC listening on: ", StringComparison.Ordinal))
        {
            GrpcUrl = address;
        }

        if (_api is not null && TracesUrl.Length > 0 && GrpcUrl.Length > 0)
        {
            _ready.TrySetResult();
        }
    }
}
