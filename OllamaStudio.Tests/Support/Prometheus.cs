using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace OllamaStudio.Tests.Support;

/// <summary>A real Prometheus that scrapes one address every second, asked through its API.</summary>
public sealed class Prometheus : IAsyncDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    private readonly string _home = Directory.CreateTempSubdirectory("ollama-studio-test-").FullName;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly HttpClient _client;
    private readonly Process _process;

    private Prometheus(Uri target, string token)
    {
        var address = FreeAddress();
        _client = new HttpClient { BaseAddress = new Uri($"http://{address}") };
        File.WriteAllText(Path.Combine(_home, "prometheus.yml"), $"""
            global:
              scrape_interval: 1s
            scrape_configs:
              - job_name: ollama-studio
                authorization:
                  credentials: {token}
                static_configs:
                  - targets: ["{target.Authority}"]
            """);
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(
                PrometheusFactAttribute.Find("prometheus")!,
                ["--config.file=prometheus.yml", "--storage.tsdb.path=data", $"--web.listen-address={address}", "--enable-feature=exemplar-storage"])
            {
                UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _home,
            },
        };
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts one, and returns once it has scraped the target.</summary>
    public static async Task<Prometheus> StartAsync(Uri target, string token)
    {
        var prometheus = new Prometheus(target, token);
        await prometheus.WaitAsync("up == 1", static values => values.Count == 1);
        return prometheus;
    }

    /// <summary>What promtool says of a page of metrics.</summary>
    public static Task<(int ExitCode, string Output)> CheckMetricsAsync(string page) => CheckAsync(["check", "metrics"], page);

    /// <summary>What promtool says of a file of rules.</summary>
    public static Task<(int ExitCode, string Output)> CheckRulesAsync(string file) => CheckAsync(["check", "rules", file], "");

    /// <summary>What promtool says of a configuration's syntax: the files that it names may be elsewhere.</summary>
    public static Task<(int ExitCode, string Output)> CheckConfigAsync(string file) => CheckAsync(["check", "config", "--syntax-only", file], "");

    private static async Task<(int ExitCode, string Output)> CheckAsync(string[] arguments, string input)
    {
        using var promtool = Process.Start(new ProcessStartInfo(PrometheusFactAttribute.Find("promtool")!, arguments)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        await promtool.StandardInput.WriteAsync(input);
        promtool.StandardInput.Close();
        var output = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync().WaitAsync(Guard);
        return (promtool.ExitCode, output);
    }

    /// <summary>The values that a query answers with, once they are as asked.</summary>
    public async Task<IReadOnlyList<double>> WaitAsync(string query, Func<IReadOnlyList<double>, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Guard);
        IReadOnlyList<double> values = [];
        while (!limit.IsCancellationRequested)
        {
            try
            {
                values = [.. from series in (await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}", limit.Token)).GetProperty("result").EnumerateArray()
                             select double.Parse(series.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture)];
                if (wanted(values))
                {
                    return values;
                }
            }
            catch (HttpRequestException)
            {
                Assert.False(_process.HasExited, string.Join('\n', _output)); // it does not listen yet
            }

            await Task.Delay(BetweenLooks, CancellationToken.None); // it tells nobody when it has scraped
        }

        throw new TimeoutException($"{query} answered [{string.Join(", ", values)}].\n{string.Join('\n', _output)}");
    }

    /// <summary>The trace ids of the examples that it keeps for a query.</summary>
    public async Task<IReadOnlyList<string>> ExemplarTracesAsync(string query)
    {
        using var limit = new CancellationTokenSource(Guard);
        var answer = await GetAsync($"/api/v1/query_exemplars?query={Uri.EscapeDataString(query)}&start=0&end=9999999999", limit.Token);
        return [.. from series in answer.EnumerateArray() from exemplar in series.GetProperty("exemplars").EnumerateArray() select exemplar.GetProperty("labels").GetProperty("trace_id").GetString()];
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _client.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    private async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = JsonDocument.Parse(await _client.GetStringAsync(new Uri(path, UriKind.Relative), cancellationToken));
        return answer.RootElement.GetProperty("data").Clone();
    }

    // It prints no port that it chose itself, so one is chosen for it.
    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener.LocalEndpoint.ToString()!;
    }
}
