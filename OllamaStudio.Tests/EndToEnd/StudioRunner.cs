using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>
/// A process that is one studio after another, by <see cref="StartupHook"/>: the first compiles, the others find it done. One at a time,
/// each with its own data and variables, and ended in order before the next begins. What the app has in static fields lives on, such as the sums
/// that its meters tell: where that matters a test begins its studio alone.
/// </summary>
internal sealed class StudioRunner
{
    private static readonly TimeSpan ForTheEnd = TimeSpan.FromSeconds(60);
    private static readonly ConcurrentBag<StudioRunner> s_idle = [];

    private Action<string?> _read = static _ => { };
    private int _openStreams;
    private TaskCompletionSource<int?> _ended = new(); // null where the process went

    private StudioRunner(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        Process = new Process { StartInfo = start, EnableRaisingEvents = true };
        Process.OutputDataReceived += (_, line) => Read(line.Data);
        Process.ErrorDataReceived += (_, line) => Read(line.Data);
        Process.Exited += (_, _) => _ended.TrySetResult(null);
        Process.Start();
        Process.BeginOutputReadLine();
        Process.BeginErrorReadLine();
    }

    /// <summary>Where the studio runs now. Who kills it need not give it back.</summary>
    public Process Process { get; }

    /// <summary>Begins a studio, in a process that has been one before where there is one.</summary>
    /// <param name="start">How a new process would be started; its folder and variables count for an old one, too.</param>
    /// <param name="variables">Those of this studio alone.</param>
    /// <param name="read">Hears each line that it prints.</param>
    /// <param name="ended">Hears that it has ended, by whatever.</param>
    public static StudioRunner Begin(ProcessStartInfo start, IReadOnlyDictionary<string, string> variables, Action<string?> read, Action ended)
    {
        StudioRunner? runner;
        while (s_idle.TryTake(out runner) && runner.Process.HasExited)
        {
        }

        runner ??= new StudioRunner(start);

        runner._read = read;
        runner._openStreams = 2;
        runner._ended = new TaskCompletionSource<int?>(TaskCreationOptions.RunContinuationsAsynchronously);
        runner._ended.Task.GetAwaiter().OnCompleted(ended);
        runner.Process.StandardInput.WriteLine(JsonSerializer.Serialize(new Dictionary<string, string>(variables) { [StartupHook.Folder] = start.WorkingDirectory }));
        return runner;
    }

    /// <summary>Has the process end with what it runs, which was told to end.</summary>
    public void Leave() => Process.StandardInput.Close();

    /// <summary>Ends the studio; the process is there for another.</summary>
    public async Task EndAsync()
    {
        if (Process.HasExited)
        {
            Process.Dispose();
            return;
        }

        try
        {
            await Process.StandardInput.WriteLineAsync();
            var exitCode = await _ended.Task.WaitAsync(ForTheEnd);
            Assert.True(exitCode is 0, $"The studio ended with {exitCode}.");
            _read = static _ => { };
            s_idle.Add(this);
        }
        catch
        {
            Process.Kill();
            await Process.WaitForExitAsync();
            Process.Dispose();
            throw;
        }
    }

    private void Read(string? line)
    {
        if (line?.StartsWith(StartupHook.EndMark, StringComparison.Ordinal) is not true)
        {
            _read(line);
        }
        else if (Interlocked.Decrement(ref _openStreams) == 0)
        {
            _ended.TrySetResult(int.Parse(line[StartupHook.EndMark.Length..], CultureInfo.InvariantCulture));
        }
    }
}
