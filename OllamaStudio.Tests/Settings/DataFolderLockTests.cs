using System.Diagnostics;
using System.Net;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.EndToEnd;

namespace OllamaStudio.Tests.Settings;

public sealed class DataFolderLockTests : IDisposable
{
    private readonly SettingsFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_folder_is_taken_once_and_again_when_it_is_given_back()
    {
        var first = DataFolderLock.TryTake(_fixture.Folder);

        Assert.NotNull(first);
        Assert.Null(DataFolderLock.TryTake(_fixture.Folder));
        first.Dispose();
        using var again = DataFolderLock.TryTake(_fixture.Folder);
        Assert.NotNull(again);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_locked_for_nobody()
    {
        // A file stands where the folder should be; a mode would not stop a test that runs as root.
        Directory.CreateDirectory(Path.GetDirectoryName(_fixture.Folder.Path)!);
        File.WriteAllText(_fixture.Folder.Path, "");
        try
        {
            using var first = DataFolderLock.TryTake(_fixture.Folder);
            using var second = DataFolderLock.TryTake(_fixture.Folder);

            Assert.NotNull(first);
            Assert.NotNull(second);
        }
        finally
        {
            File.Delete(_fixture.Folder.Path);
        }
    }

    [Fact]
    public async Task A_second_studio_on_the_same_folder_says_so_and_does_not_start_and_a_killed_one_leaves_no_lock()
    {
        await using var first = await StudioProcess.StartAsync();

        var (exitCode, error) = await RunAsync(first.DataFolder);
        Assert.Equal(1, exitCode);
        Assert.Equal($"Another studio uses the data folder {first.DataFolder}. Stop it, or set OLLAMASTUDIO_DATA to another folder for this one.", error.Trim());

        await first.KillAsync();
        await first.StartAgainAsync();
        using var client = first.CreateClient();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("healthz")).StatusCode);
    }

    private static async Task<(int ExitCode, string Error)> RunAsync(string folder)
    {
        var start = new ProcessStartInfo("dotnet", [StudioProcess.Assembly]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OLLAMASTUDIO_DATA"] = folder;
        start.Environment["PORT"] = "0";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        return (process.ExitCode, error);
    }
}
