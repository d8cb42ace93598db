using System.Diagnostics;

namespace OllamaStudio.Benchmarks.InTheBrowser;

/// <summary>The built studio as a process of its own, with a data folder that goes with it.</summary>
internal sealed class StudioUnderTest : IAsyncDisposable
{
    private const string AddressMark = "Open ";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("ollama-studio-idle-");
    private readonly Process _process = new();

    private StudioUnderTest()
    {
    }

    /// <summary>The release build beside this program's own.</summary>
    public static string Built => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../OllamaStudio/bin/Release/net10.0/OllamaStudio.dll"));

    /// <summary>Where to open it, with its token.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Processor time since its start.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes of it in physical memory.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts it on a free port of this machine; nobody listens where it would send its spans.</summary>
    public static async Task<StudioUnderTest> StartAsync(string program, Uri ollama)
    {
        var studio = new StudioUnderTest();
        var start = new ProcessStartInfo("dotnet", [program]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["OLLAMASTUDIO_DATA"] = studio._data.FullName;
        start.Environment["OLLAMA_HOST"] = ollama.AbsoluteUri;
        start.Environment["PHOENIX_ENDPOINT"] = "http://127.0.0.1:9/v1/traces";
        start.Environment["PORT"] = "0";
        studio._process.StartInfo = start;
        studio._process.Start();
        while (await studio._process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(AddressMark, StringComparison.Ordinal))
            {
                studio.Address = line[AddressMark.Length..];
                _ = studio._process.StandardOutput.ReadToEndAsync(); // else it stands still once the pipe is full
                return studio;
            }
        }

        throw new InvalidOperationException($"{program} ended before it said where to open it.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _data.Delete(recursive: true);
    }
}
