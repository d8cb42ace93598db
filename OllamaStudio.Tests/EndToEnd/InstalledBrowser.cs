using System.Diagnostics;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>
/// Finds a Chromium, Chrome or Edge; where there is none, installs one: by apt as root on Debian and its kin, else
/// Playwright's own. Fails loudly where it cannot: a test in the browser is never skipped in silence. What is liked best is the one without
/// windows, which Playwright installs, too: a whole browser draws a frame of its own for every page, for as much again as the studio takes.
/// </summary>
internal static class InstalledBrowser
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(5);

    private const string WithoutWindows = "/usr/bin/chromium-headless-shell";

    private static readonly string[] Candidates =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable", "/usr/bin/microsoft-edge",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe", @"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
        @"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ];

    /// <summary>Path of the browser; null for the one that Playwright installed for itself.</summary>
    public static async Task<string?> FindOrInstallAsync()
    {
        var canInstall = OperatingSystem.IsLinux() && Environment.UserName == "root" && File.Exists("/usr/bin/apt-get");
        if (File.Exists(WithoutWindows) || (canInstall && await TryInstallAsync("chromium-headless-shell") is null))
        {
            return WithoutWindows;
        }

        if (Find() is { } found)
        {
            return found;
        }

        if (canInstall)
        {
            var failure = await TryInstallAsync("chromium");
            return Find() ?? throw new InvalidOperationException(failure ?? "apt-get installed chromium, but it is not where it should be.");
        }

        if (Microsoft.Playwright.Program.Main(["install", "chromium"]) != 0)
        {
            throw new InvalidOperationException("No Chromium, Chrome or Edge was found, and Playwright could not install one. Install one of them and run the tests again.");
        }

        return null;
    }

    private static string? Find() => Array.Find(Candidates, File.Exists);

    /// <summary>Installs a package of Debian's.</summary>
    /// <returns>What went wrong; null for nothing.</returns>
    private static async Task<string?> TryInstallAsync(string package)
    {
        string[] install = ["install", "-y", "-q", "--no-install-recommends", package];
        return await TryRunAsync("apt-get", install) is null ? null : await TryRunAsync("apt-get", "update", "-q") ?? await TryRunAsync("apt-get", install);
    }

    private static async Task<string?> TryRunAsync(string program, params string[] arguments)
    {
        using var limit = new CancellationTokenSource(InstallLimit);
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode == 0 ? null : $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}\n{await errors}";
    }
}
