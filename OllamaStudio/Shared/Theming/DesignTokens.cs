using System.Collections.Immutable;
using System.Text;

namespace OllamaStudio.Shared.Theming;

/// <summary>
/// Every colour, size and distance of the studio, each named here and nowhere else. Style sheets use them as CSS variables
/// (<c>var(--bg-main)</c>), MudBlazor through <see cref="StudioTheme"/>.
/// </summary>
public static class DesignTokens
{
    private const string Phase = "phase-";

    /// <summary>Names and values that are the same in the light and in the dark.</summary>
    public static ImmutableArray<(string Name, string Value)> Measures { get; } =
    [
        // Type: one scale, in rem of 16 px; nothing under 11 px. Its last fonts give a Linux machine without any other of them the same picture.
        ("font-ui", "-apple-system, BlinkMacSystemFont, \"Segoe UI Variable Text\", \"Segoe UI\", Roboto, \"Noto Sans\", Cantarell, Ubuntu, \"Liberation Sans\", Arial, sans-serif"),
        ("font-mono", "ui-monospace, \"SF Mono\", \"Cascadia Mono\", Menlo, Consolas, \"DejaVu Sans Mono\", \"Liberation Mono\", monospace"),
        ("text-2xs", "0.6875rem"), // 11: labels of the rail, ticks of a chart
        ("text-xs", "0.75rem"), // 12: meta, mono in panels
        ("text-sm", "0.8125rem"), // 13: rows, menus, fields
        ("text-md", "0.875rem"), // 14: titles of panes and cards
        ("text-msg", "0.9375rem"), // 15: message text
        ("text-lg", "1.125rem"), // 18: the title of a page
        ("text-xl", "1.375rem"), // 22: numbers in tiles
        ("text-2xl", "1.75rem"), // 28: the one line of an empty studio
        ("leading-ui", "1.4"),
        ("leading-msg", "1.6"),
        ("weight-medium", "500"),
        ("weight-strong", "600"),

        // Space: 8 px with a half step.
        ("s-1", "4px"), ("s-2", "8px"), ("s-3", "12px"), ("s-4", "16px"), ("s-5", "24px"), ("s-6", "32px"), ("s-7", "48px"),

        // Fixed measures.
        ("rail", "68px"),
        ("list", "248px"),
        ("panel", "340px"),
        ("topbar", "52px"),
        ("statusbar", "28px"),
        ("column", "768px"), // the column that one reads, its padding included
        ("row-live", "24px"),
        ("row-tree", "30px"),
        ("row-table", "32px"),
        ("control", "32px"),
        ("control-s", "28px"),

        // Radii: bars; buttons and fields; cards, menus, code; composer and a person's message.
        ("r-1", "3px"), ("r-2", "6px"), ("r-3", "10px"), ("r-4", "14px"), ("r-full", "999px"),

        // Only what floats has a shadow: the composer, menus, dialogs.
        ("shadow-1", "0 1px 2px light-dark(rgb(16 32 36 / 6%), rgb(0 0 0 / 30%)), 0 2px 8px light-dark(rgb(16 32 36 / 5%), rgb(0 0 0 / 22%))"),
        ("shadow-2", "0 4px 12px light-dark(rgb(16 32 36 / 10%), rgb(0 0 0 / 40%)), 0 12px 32px light-dark(rgb(16 32 36 / 12%), rgb(0 0 0 / 45%))"),
        ("shadow-3", "0 16px 64px light-dark(rgb(16 32 36 / 24%), rgb(0 0 0 / 60%))"),

        ("fast", "120ms"),
        ("ease", "cubic-bezier(.2, 0, 0, 1)"),
    ];

    /// <summary>The colours.</summary>
    public static ImmutableArray<ThemeColor> Colors { get; } =
    [
        // Surfaces: what one reads is the brightest, side panes are tinted, the chrome steps back.
        new("bg-main", "#ffffff", "#1b2023"),
        new("bg-side", "#f6f8f8", "#151a1c"),
        new("bg-chrome", "#ecf0f0", "#0f1315"),
        new("bg-raised", "#ffffff", "#262d31"),
        new("bg-sunken", "#f4f6f7", "#14181b"),
        new("bg-bubble", "#eef2f3", "#2a3236"),
        new("bg-hover", "#1b3a3e0f", "#d6f0f00f"),
        new("bg-press", "#1b3a3e1c", "#d6f0f01c"),
        new("scrim", "#0000008c", "#00000099"),

        // Lines: between panes and rows; the one border of fields and buttons; the grid of charts.
        new("line", "#e0e6e7", "#2b3336"),
        new("line-strong", "#869297", "#6d7a80"),
        new("grid", "#e8edee", "#262d31"),

        // Ink: text; second; meta (4.5:1 on every surface); what is disabled.
        new("ink", "#11181a", "#e9eeef"),
        new("ink-2", "#414c51", "#bcc6c9"),
        new("ink-3", "#5b676d", "#96a3a8"),
        new("ink-off", "#8b969b", "#647177"),

        // The accent: what one can do, what is chosen, and the answer itself.
        new("accent", "#0a6b73", "#55c3bf"),
        new("accent-hover", "#08565d", "#74d2ce"),
        new("accent-ink", "#075f67", "#6fd0cb"),
        new("accent-tint", "#deeeee", "#173a3b"),
        new("on-accent", "#ffffff", "#04282a"),
        new("focus", "#0a6b73", "#6fd0cb"),

        // States, always beside an icon or a word. Bad: failed and had worked, or refuses.
        new("ok", "#22724a", "#6cc795"),
        new("ok-tint", "#e3f2e9", "#17342a"),
        new("warn", "#875a00", "#e2b04d"),
        new("warn-tint", "#fbf0d9", "#392d14"),
        new("bad", "#b92c24", "#ff8a7f"),
        new("bad-tint", "#fbe9e7", "#43211f"),

        // Phases of a wait: the answer has the accent's hue, what comes before it has others.
        new("phase-queue", "#6a7c98", "#8494ad"),
        new("phase-load", "#bf6a3c", "#dc8654"),
        new("phase-reading", "#3574cf", "#5e9cf0"),
        new("phase-thinking", "#9a7bd6", "#b79df0"),
        new("phase-answering", "#0e8588", "#37b0ab"),
        new("phase-tools", "#b58212", "#d9a93f"),
        new("phase-you", "#66737a", "#9aa7ad"),
        new("phase-other", "#869196", "#717d83"),
        new("lane", "#c3d6d8", "#365054"),

        // What is found, and the one that is shown.
        new("find", "#fbe6a6", "#574713"),
        new("find-current", "#f6a821", "#f0b94a"),
        new("on-find", "#1d1400", "#1d1400"),

        // How unsure a model was of a token, over the surface that one reads: a little, more, much. Ink stays 4.5:1 on each.
        new("shade-1", "#b5821224", "#e2b04d24"),
        new("shade-2", "#b5821252", "#e2b04d47"),
        new("shade-3", "#b5821285", "#e2b04d70"),

        // Code.
        new("code-keyword", "#7b3fa8", "#c9a2f2"),
        new("code-string", "#22724a", "#85cfa4"),
        new("code-number", "#a3480f", "#f0a777"),
        new("code-type", "#1b5fb3", "#82b4f7"),
        new("code-comment", "#5b676d", "#8d9aa0"),
    ];

    /// <summary>All of it as CSS variables. Which of two colours holds follows <c>color-scheme</c>, and that the theme.</summary>
    public static string Css { get; } = BuildCss();

    /// <summary>The colour of that name.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static ThemeColor Color(string name) => Colors.Single(color => color.Name == name);

    /// <summary>The measure of that name.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static string Measure(string name) => Measures.Single(measure => measure.Name == name).Value;

    private static string BuildCss()
    {
        var css = new StringBuilder(":root{color-scheme:light dark;");
        foreach (var (name, value) in Measures)
        {
            css.Append("--").Append(name).Append(':').Append(value).Append(';');
        }

        foreach (var color in Colors)
        {
            css.Append("--").Append(color.Name).Append(":light-dark(").Append(color.Light).Append(',').Append(color.Dark).Append(");");
        }

        css.Append("}:root[data-theme=light]{color-scheme:light}:root[data-theme=dark]{color-scheme:dark}");

        // A phase of a wait has the same colour wherever it is drawn.
        foreach (var (name, _, _) in Colors.Where(color => color.Name.StartsWith(Phase, StringComparison.Ordinal)))
        {
            css.Append("[data-phase=").Append(name[Phase.Length..]).Append("]{--p:var(--").Append(name).Append(")}");
        }

        return css.ToString();
    }
}

/// <summary>A colour in the light and in the dark.</summary>
/// <param name="Name">Name of its CSS variable, without the dashes before it.</param>
/// <param name="Light">In the light, <c>#rrggbb</c> or <c>#rrggbbaa</c>.</param>
/// <param name="Dark">In the dark, likewise.</param>
public sealed record ThemeColor(string Name, string Light, string Dark);
