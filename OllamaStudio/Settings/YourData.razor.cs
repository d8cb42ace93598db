using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OllamaStudio.Core.Storage;
using OllamaStudio.Core.Storage.Backups;
using OllamaStudio.Shared;

namespace OllamaStudio.Settings;

/// <summary>Where a person's data lies, what it takes, its backups, and the way to another folder.</summary>
public sealed partial class YourData
{
    // An input of a form that is not there: Enter in it sends nothing.
    private const string NoForm = "none";

    private readonly CancellationTokenSource _closing = new();
    private StudioDataSizes _sizes = new(0, 0, 0, null);
    private IReadOnlyList<Backup> _backups = [];
    private Backup? _staged;
    private CancellationTokenSource? _cancel;
    private Work? _work;
    private double _share;
    private string _target = "";
    private string? _copied;
    private string? _deleting;
    private string? _problem;
    private bool _asksToForget;
    private bool _isForgotten;

    private enum Work
    {
        Backup,
        Copy,
        Forget,
    }

    [Inject]
    public required IStudioData Data { get; set; }

    [Inject]
    public required IEverythingEraser Eraser { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    private bool IsBackingUp => _work is Work.Backup;

    private bool IsCopying => _work is Work.Copy;

    protected override void OnInitialized() => Look();

    protected override void OnDispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    private Task<bool> BackUpAsync() => RunAsync(Work.Backup, (progress, token) => Data.BackUpAsync(progress, token));

    private async Task CopyAsync()
    {
        var target = _target.Trim();
        _copied = null;
        if (await RunAsync(Work.Copy, (progress, token) => Data.CopyToAsync(target, progress, token)))
        {
            (_copied, _target) = (target, "");
        }
    }

    // Once said, it is done to its end, whether or not somebody looks.
    private async Task ForgetAsync()
    {
        _isForgotten = await RunAsync(Work.Forget, (_, _) => Eraser.EraseAsync(CancellationToken.None));
        _asksToForget = false;
        if (_isForgotten)
        {
            await Script.TryInvokeVoidAsync("studio.composer.forgetAll"); // what was typed and not sent, in this browser's tabs
        }
    }

    // Awaited by nobody else: what runs ends soon after, and says so.
    private Task CancelAsync() => _cancel?.CancelAsync() ?? Task.CompletedTask;

    private async Task<bool> RunAsync(Work work, Func<IProgress<double>, CancellationToken, Task> run)
    {
        using var cancel = _cancel = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        (_work, _share, _problem) = (work, 0, null);
        try
        {
            await run(new Progress<double>(Advance), cancel.Token);
            return true;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            _problem = problem is ArgumentException ? "Name the folder to copy to." : problem.Message;
            return false;
        }
        finally
        {
            (_cancel, _work) = (null, null);
            if (!IsDisposed)
            {
                Look();
            }
        }
    }

    private void Advance(double share) => Dispatch(() =>
    {
        _share = share;
        StateHasChanged();
    });

    private void Do(Action action)
    {
        _problem = null;
        try
        {
            action();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _problem = problem.Message;
        }

        Look();
    }

    private void Delete(Backup backup)
    {
        _deleting = null;
        Data.Delete(backup);
    }

    // Beside what it takes: how much it may.
    private static string? Of(long? most) => most is { } bound ? $"of {ByteText.Of(bound)}" : null;

    private void Look() => (_sizes, _backups, _staged) = (Data.Sizes, Data.Backups, Data.Staged);

    private string When(Backup backup) => TimeZoneInfo.ConvertTime(backup.MadeAt, Time.LocalTimeZone).ToString("d MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Why(BackupKind kind) => kind switch
    {
        BackupKind.BeforeMigration => "made before a new version of the studio changed the database",
        BackupKind.BeforeRestore => "what was there before a backup was restored",
        _ => "made by you",
    };

    private static string StartLine(string path) => $"OLLAMASTUDIO_DATA=\"{path}\" dotnet run --project OllamaStudio";
}
