using System.Diagnostics;

namespace OllamaStudio.Benchmarks.Loopback;

/// <summary>A process that runs <see cref="ReplyServer"/>. It ends with its standard input, so with whoever started it.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts one.</summary>
    public ServerProcess(Framing framing)
    {
        // By its own executable, as "dotnet run" starts it, or by dotnet, which wants to know what to run.
        var host = Environment.ProcessPath!;
        string[] program = Path.GetFileNameWithoutExtension(host) is "dotnet" ? [typeof(ServerProcess).Assembly.Location] : [];
        _process = Process.Start(new ProcessStartInfo(host, [.. program, ReplyServer.Verb, $"{framing}"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Address = new Uri(_process.StandardOutput.ReadLine()!);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
