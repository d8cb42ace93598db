using Microsoft.AspNetCore.Components.Forms;
using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage.Backups;

namespace OllamaStudio.Settings;

/// <summary>
/// The import that runs, or ran last: one at a time for the whole studio. It goes on when its page is left; only while the file is being
/// received does it need the page. Safe to use from any thread.
/// </summary>
public sealed partial class ImportRun(DataImport import, DataFolder data, TimeProvider time, ILogger<ImportRun> logger) : IAsyncDisposable
{
    private const long MaxBytes = 16L * 1024 * 1024 * 1024;

    private readonly ChangeSignal _changed = new(time, TimeSpan.FromMilliseconds(200)); // what a person sees move
    private readonly Lock _gate = new();
    private CancellationTokenSource? _cancel;
    private Task _running = Task.CompletedTask;

    /// <summary>How it stands.</summary>
    public ImportState State { get; private set; } = new();

    /// <summary>Calls <paramref name="changed"/> after <see cref="State"/> changed, until the result is disposed.</summary>
    public IDisposable Subscribe(Action changed) => _changed.Subscribe(changed);

    /// <summary>Begins; not where one runs.</summary>
    /// <param name="file">The file that a person chose.</param>
    /// <param name="withSettings">Whether settings in it are taken, too.</param>
    public void Start(IBrowserFile file, bool withSettings)
    {
        ArgumentNullException.ThrowIfNull(file);
        lock (_gate)
        {
            if (_cancel is not null)
            {
                return;
            }

            _cancel = new CancellationTokenSource();
            Say(new ImportState { IsRunning = true, Step = "Receiving" });
            _running = RunAsync(file, withSettings, _cancel);
        }
    }

    /// <summary>Stops it. What was taken until then stays.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            _cancel?.Cancel();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Cancel();
        await _running;
        _changed.Dispose();
    }

    private async Task RunAsync(IBrowserFile received, bool withSettings, CancellationTokenSource cancel)
    {
        var state = await ImportAsync(received, withSettings, cancel.Token);
        lock (_gate)
        {
            cancel.Dispose();
            _cancel = null;
            Say(state);
        }
    }

    // Whatever it fails for, it ends in a sentence.
    private async Task<ImportState> ImportAsync(IBrowserFile received, bool withSettings, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = Keep();
            await ReceiveAsync(received, file, cancellationToken);

            // Not on the circuit's own thread: the page goes on, or away.
            var report = await Task.Run(() => import.RunAsync(file, withSettings, new Told(this), cancellationToken), CancellationToken.None);
            if (report.Fault is { } fault)
            {
                LogFailed(logger, fault.GetType(), fault.StackTrace);
            }

            return new ImportState { Report = report };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new ImportState { Problem = "It was stopped before anything was taken." };
        }
        catch (Exception problem)
        {
            if (problem is not BrokenFileException)
            {
                LogFailed(logger, problem.GetType(), problem.StackTrace);
            }

            return new ImportState { Problem = ImportText.Describe(problem) };
        }
    }

    // It is read twice, and a zip from its end: it lies on the disk meanwhile, for this user alone.
    private FileStream Keep()
    {
        var folder = data.CreateWithin(IStudioData.Uploads);
        foreach (var left in folder.GetFiles())
        {
            left.Delete(); // of a studio that was killed
        }

        // The folder is this user's alone, whatever the mode of a file in it.
        return new FileStream(Path.Combine(folder.FullName, Path.GetRandomFileName()), new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        });
    }

    private async Task ReceiveAsync(IBrowserFile from, FileStream to, CancellationToken cancellationToken)
    {
        await using var stream = from.OpenReadStream(MaxBytes, cancellationToken);
        var buffer = new byte[128 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            Tell("Receiving", (double)to.Length / Math.Max(1, from.Size));
        }

        await to.FlushAsync(cancellationToken);
    }

    private void Tell(string step, double share) => Say(new ImportState { IsRunning = true, Step = step, Share = Math.Clamp(share, 0, 1) });

    private void Say(ImportState state)
    {
        State = state;
        _changed.Raise();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "An import failed: {ErrorType}\n{StackTrace}")]
    private static partial void LogFailed(ILogger logger, Type errorType, string? stackTrace);

    private sealed class Told(ImportRun owner) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => owner.Tell(value.IsChecking ? "Checking" : "Importing", value.Share);
    }
}

/// <summary>How an import stands.</summary>
public sealed record ImportState
{
    /// <summary>Whether it runs.</summary>
    public bool IsRunning { get; init; }

    /// <summary>What it does, in a word.</summary>
    public string Step { get; init; } = "";

    /// <summary>How much of that is done, 0 to 1.</summary>
    public double Share { get; init; }

    /// <summary>What came of it; null where it runs, took nothing, or there was none.</summary>
    public ImportReport? Report { get; init; }

    /// <summary>Why nothing was taken, in a sentence; null where something was.</summary>
    public string? Problem { get; init; }
}
