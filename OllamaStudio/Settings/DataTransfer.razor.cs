using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage.Backups;
using OllamaStudio.Shared;

namespace OllamaStudio.Settings;

/// <summary>All conversations out and in, with or without settings.</summary>
public sealed partial class DataTransfer
{
    private const long MaxBytes = 16L * 1024 * 1024 * 1024;
    private const string Folder = StudioData.Uploads;

    // What a person sees move.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private bool _exportsSettings;
    private bool _importsSettings;
    private InputFile? _input;
    private CancellationTokenSource? _cancel;
    private string _step = "";
    private double _share;
    private long _toldAt;
    private ImportReport? _report;
    private string? _problem;

    [Inject]
    public required DataImport Import { get; set; }

    [Inject]
    public required DataFolder Data { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    protected override void OnDispose() => _cancel?.Cancel();

    private async Task CancelAsync()
    {
        await (_cancel?.CancelAsync() ?? Task.CompletedTask);
        if (_input?.Element is { } input)
        {
            await input.TryFocusAsync(); // the button goes
        }
    }

    private async Task ImportAsync(InputFileChangeEventArgs change)
    {
        if (_cancel is not null)
        {
            return; // one at a time
        }

        using var cancel = _cancel = new CancellationTokenSource();
        (_report, _problem) = (null, null);
        Tell("Receiving", 0);
        StateHasChanged();
        var (report, problem) = await RunAsync(change.File, cancel.Token);
        (_report, _problem, _cancel) = (report, problem, null);
    }

    private async Task<(ImportReport? Report, string? Problem)> RunAsync(IBrowserFile received, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = Keep();
            await ReceiveAsync(received, file, cancellationToken);

            // Not on the circuit's own thread: the page goes on.
            return (await Task.Run(() => Import.RunAsync(file, _importsSettings, new Told(this), cancellationToken), CancellationToken.None), null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (null, "It was stopped before anything was taken.");
        }
        catch (Exception problem) when (problem is BrokenFileException or IOException or UnauthorizedAccessException or TimeoutException)
        {
            return (null, problem.Message);
        }
    }

    // It is read twice, and a zip from its end: it lies on the disk meanwhile, for this user alone.
    private FileStream Keep()
    {
        var folder = Data.CreateWithin(Folder);
        foreach (var left in folder.GetFiles())
        {
            Release(left.FullName); // of a studio that was killed
        }

        // The folder is this user's alone, whatever the mode of a file in it.
        return new FileStream(Path.Combine(folder.FullName, Path.GetRandomFileName()), new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        });
    }

    private static void Release(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Another tab imports it.
        }
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

    private void Tell(string step, double share)
    {
        var isStep = step != _step;
        if (isStep || Time.GetElapsedTime(_toldAt) >= Pace)
        {
            (_step, _share, _toldAt) = (step, Math.Clamp(share, 0, 1), Time.GetTimestamp());
            Redraw();
        }
    }

    private sealed class Told(DataTransfer owner) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => owner.Tell(value.IsChecking ? "Checking" : "Importing", value.Share);
    }
}
