using System.Diagnostics;

namespace OllamaStudio.Benchmarks.Loopback;

/// <summary>A process that runs <see cref="ReplyServer"/>. It ends with its standard input, so with whoever started it.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts one.</summary>
    public ServerProcess(Framing framing)
    {
        _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { typeof(ServerProcess).Assembly.Location, ReplyServer.Verb, $"{framing}" },
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
