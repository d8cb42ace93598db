using Microsoft.Playwright;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.EndToEnd.Gallery;

/// <summary>
/// Looks at the studio in a state: axe finds nothing, in both themes. With <c>STUDIO_SCREENSHOTS=1</c> it also takes pictures, light and
/// dark, in three sizes: those that the documents show to <c>docs/screenshots</c>, the others to <c>artifacts/screenshots</c>.
/// </summary>
internal sealed class Camera
{
    private static readonly (int Width, int Height)[] s_sizes = [(1440, 900), (1024, 768), (360, 800)];

    // At most 24, under 4 MB.
    private static readonly HashSet<string> s_shown = new(StringComparer.Ordinal)
    {
        "chat-1440-light", "chat-1440-dark", "chat-1024-light", "chat-360-light", "writing-1440-light", "writing-1440-dark", "start-1440-light", "start-1440-dark", "picker-1440-light",
        "approval-1440-light", "failure-1440-dark", "palette-1440-light", "find-1440-light", "trace-1440-light", "trace-1440-dark", "trace-1024-light",
        "traces-1440-light", "traces-1440-dark", "settings-1440-light", "settings-1440-dark", "settings-360-light", "export-1440-light",
        "faults-1440-light", "tools-1440-dark", "dashboard-1440-light", "dashboard-1440-dark",
    };

    private readonly List<string> _findings = [];

    /// <summary>Whether pictures are taken.</summary>
    public static bool TakesPictures => Environment.GetEnvironmentVariable("STUDIO_SCREENSHOTS") == "1";

    /// <summary>What axe found, with where.</summary>
    public IReadOnlyList<string> Findings => _findings;

    /// <summary>How many states were looked at.</summary>
    public int States { get; private set; }

    /// <summary>Looks at the page as it is.</summary>
    /// <param name="page">The page; as wide as it was afterwards.</param>
    /// <param name="state">A name of one or two words, as in a file's name.</param>
    /// <param name="settle">Brings the state about again where another size of the window ends it, or null.</param>
    public async Task LookAsync(IPage page, string state, Func<Task>? settle = null)
    {
        States++;
        await page.Mouse.MoveAsync(0, 0); // nothing lies under it
        _findings.AddRange(await Axe.FindAsync(page, state));
        if (TakesPictures)
        {
            foreach (var (width, height) in s_sizes)
            {
                await page.SetViewportSizeAsync(width, height);
                if (settle is not null)
                {
                    await settle();
                }

                foreach (var theme in new[] { "light", "dark" })
                {
                    await Axe.WearAsync(page, theme);
                    await TakeAsync(page, $"{state}-{width}-{theme}");
                }
            }

            await page.SetViewportSizeAsync(s_sizes[0].Width, s_sizes[0].Height);
            await Axe.WearAsync(page, "light");
        }
    }

    private static Task<byte[]> TakeAsync(IPage page, string name) => page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(Repository.Root, s_shown.Contains(name) ? "docs" : "artifacts", "screenshots", $"{name}.png"),
        Animations = ScreenshotAnimations.Disabled,
        Caret = ScreenshotCaret.Hide,
    });
}
