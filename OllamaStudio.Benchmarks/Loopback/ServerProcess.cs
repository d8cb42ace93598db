using System.Diagnostics;
using System.Globalization;
using OllamaStudio.Benchmarks.Replies;

namespace OllamaStudio.Benchmarks.Loopback;

/// <summary>A process that runs one of this program's servers. It ends with its standard input, so with whoever started it.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts a server of replies.</summary>
    /// <param name="framing">How it writes.</param>
    /// <param name="chunks">Lines of its reply.</param>
    public ServerProcess(Framing framing, int chunks = RecordedReply.Chunks)
        : this(ReplyServer.Verb, $"{framing}", string.Create(CultureInfo.InvariantCulture, $"{chunks}"))
    {
    }

    /// <summary>Starts the server of that verb.</summary>
    public ServerProcess(params string[] arguments)
    {
        // By its own executable, as "dotnet run" starts it, or by dotnet, which wants to know what to run.
        var host = Environment.ProcessPath!;
        string[] program = Path.GetFileNameWithoutExtension(host) is "dotnet" ? [typeof(ServerProcess).Assembly.Location] : [];
        _process = Process.Start(new ProcessStartInfo(host, [.. program, .. arguments])
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
