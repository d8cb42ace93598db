using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>
/// A process that is one studio after another, by <see cref="StartupHook"/>: the first compiles, the others find it done. One at a time,
/// each with its own data and variables, and ended in order before the next begins.
/// </summary>
internal sealed class StudioRunner
{
    private static readonly TimeSpan ForTheEnd = TimeSpan.FromSeconds(20);
    private static readonly ConcurrentBag<StudioRunner> s_idle = [];

    private Action<string?> _read = static _ => { };
    private int _openStreams;
    private TaskCompletionSource _ended = new();

    private StudioRunner(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        Process = new Process { StartInfo = start, EnableRaisingEvents = true };
        Process.OutputDataReceived += (_, line) => Read(line.Data);
        Process.ErrorDataReceived += (_, line) => Read(line.Data);
        Process.Exited += (_, _) => _ended.TrySetResult();
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
            runner.Process.Dispose();
        }

        runner ??= new StudioRunner(start);
        runner._read = read;
        runner._openStreams = 2;
        runner._ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
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
            await _ended.Task.WaitAsync(ForTheEnd);
            _read = static _ => { };
            s_idle.Add(this);
        }
        catch (Exception error) when (error is IOException or TimeoutException)
        {
            // It hangs, or a signal came first.
            Process.Kill();
            await Process.WaitForExitAsync();
            Process.Dispose();
        }
    }

    private void Read(string? line)
    {
        if (line is not StartupHook.EndMark)
        {
            _read(line);
        }
        else if (Interlocked.Decrement(ref _openStreams) == 0)
        {
            _ended.TrySetResult();
        }
    }
}
