using System.Diagnostics;

namespace OllamaStudio.Benchmarks.InTheBrowser;

/// <summary>The built studio as a process of its own, with a data folder that goes with it, unless one is named.</summary>
internal sealed class StudioUnderTest : IAsyncDisposable
{
    private const string AddressMark = "Open ";

    private readonly DirectoryInfo _data;
    private readonly bool _isOwn;
    private readonly Process _process = new();

    private StudioUnderTest(string? data)
    {
        _isOwn = data is null;
        _data = data is null ? Directory.CreateTempSubdirectory("ollama-studio-idle-") : new DirectoryInfo(data);
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
    /// <param name="program">The OllamaStudio.dll to run.</param>
    /// <param name="ollama">The server that it asks.</param>
    /// <param name="data">A data folder that stays; null for an empty one.</param>
    public static async Task<StudioUnderTest> StartAsync(string program, Uri ollama, string? data = null)
    {
        var studio = new StudioUnderTest(data);
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
        if (_isOwn)
        {
            _data.Delete(recursive: true);
        }
    }
}
