using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>What axe has to say of a page as it is, light and then dark: a state is brought about once for both.</summary>
internal static class Axe
{
    // A theme changes colours and nothing else: the other rules are asked once. Of what passes one node is enough.
    private static readonly (string Theme, AxeRunOptions Options)[] s_themes =
    [
        ("light", new AxeRunOptions { ResultTypes = [ResultType.Violations] }),
        ("dark", new AxeRunOptions { ResultTypes = [ResultType.Violations], RunOnly = new RunOnlyOptions { Type = "rule", Values = ["color-contrast", "link-in-text-block"] } }),
    ];

    /// <summary>Everything that it finds, with where; the page is light afterwards.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(IPage page, string where, ILocator? within = null)
    {
        var findings = new List<string>();
        foreach (var (theme, options) in s_themes)
        {
            await WearAsync(page, theme);
            AxeResult result = within is null ? await page.RunAxe(options) : await within.RunAxe(options);
            Assert.Contains(result.Passes.Concat(result.Incomplete), static rule => rule.Id == "color-contrast"); // it has looked
            findings.AddRange(result.Violations.Select(violation =>
                $"{where}, {theme}: {violation.Id}: {violation.Help} at {string.Join(" | ", violation.Nodes.Select(node => node.Html))}"));
        }

        await WearAsync(page, s_themes[0].Theme);
        return findings;
    }

    /// <summary>It finds nothing.</summary>
    public static async Task AssertCleanAsync(StudioPage page, string where, ILocator? within = null)
    {
        var findings = await FindAsync(page.Page, where, within);
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    /// <summary>Changes the theme. Colours that fade are judged, and drawn, when they have done so.</summary>
    public static async Task WearAsync(IPage page, string theme)
    {
        await page.EvaluateAsync("theme => window.studio ? studio.setTheme(theme) : document.documentElement.dataset.theme = theme", theme);
        await StudioPage.SettleAsync(page);
    }
}
