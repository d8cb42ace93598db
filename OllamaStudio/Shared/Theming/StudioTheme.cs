using MudBlazor;
using MudBlazor.Utilities;

namespace OllamaStudio.Shared.Theming;

/// <summary>The design's tokens in the places that MudBlazor has for them.</summary>
public static class StudioTheme
{
    /// <summary>MudBlazor's theme for the light, written for the whole page.</summary>
    public static MudTheme Light { get; } = Create(":root");

    /// <summary>The same in the dark, for a page whose scheme is dark (theme.js says so).</summary>
    public static MudTheme Dark { get; } = Create(":root[data-scheme=dark]");

    private static MudTheme Create(string scope) => new()
    {
        PseudoCss = new PseudoCss { Scope = scope },
        // The borders of outlined buttons are ink, thinned to the one border of fields and buttons, line-strong.
        PaletteLight = Fill(new PaletteLight { BorderOpacity = 0.51 }, static color => color.Light),
        PaletteDark = Fill(new PaletteDark { BorderOpacity = 0.4 }, static color => color.Dark),
        LayoutProperties = new LayoutProperties
        {
            DefaultBorderRadius = DesignTokens.Measure("r-2"),
            AppbarHeight = DesignTokens.Measure("topbar"),
            DrawerMiniWidthLeft = DesignTokens.Measure("rail"),
        },
        Typography = Type(),
        Shadows = Shadows(),
    };

    private static T Fill<T>(T palette, Func<ThemeColor, string> side)
        where T : Palette
    {
        MudColor Of(string name) => new(side(DesignTokens.Color(name)));
        palette.Background = Of("bg-main");
        palette.Surface = Of("bg-main");
        palette.BackgroundGray = Of("bg-sunken");
        palette.DrawerBackground = Of("bg-side");
        palette.DrawerText = palette.DrawerIcon = Of("ink-3");
        palette.AppbarBackground = Of("bg-chrome");
        palette.AppbarText = Of("ink-3");
        palette.OverlayDark = side(DesignTokens.Color("scrim"));
        palette.Divider = palette.DividerLight = palette.LinesDefault = palette.TableLines = Of("line");
        palette.LinesInputs = Of("line-strong");
        palette.TableHover = Of("bg-hover");
        palette.TextPrimary = Of("ink");
        palette.TextSecondary = palette.ActionDefault = Of("ink-2");
        palette.TextDisabled = palette.ActionDisabled = Of("ink-off");
        palette.Primary = Of("accent");
        palette.PrimaryDarken = side(DesignTokens.Color("accent-hover"));
        palette.PrimaryContrastText = Of("on-accent");
        palette.Success = Of("ok");
        palette.Warning = Of("warn");
        palette.Error = Of("bad");
        palette.SuccessContrastText = palette.WarningContrastText = palette.ErrorContrastText = Of("bg-main");
        palette.HoverOpacity = 0.06;

        // Tooltips and snackbars: the page's two ends, swapped.
        palette.GrayDarker = side(DesignTokens.Color("ink"));
        palette.Dark = Of("ink");
        palette.DarkContrastText = Of("bg-main");
        return palette;
    }

    private static Typography Type()
    {
        var family = DesignTokens.Measure("font-ui").Split(',', StringSplitOptions.TrimEntries).Select(static name => name.Trim('"')).ToArray();
        T Of<T>(string size, string weight = "400")
            where T : BaseTypography, new() => new()
        {
            FontFamily = family, FontSize = DesignTokens.Measure(size), FontWeight = weight, LineHeight = DesignTokens.Measure("leading-ui"), LetterSpacing = "normal", TextTransform = "none",
        };
        // With MudBlazor's paddings, 20 px make its medium buttons as high as --control and its small ones as --control-s.
        var button = Of<ButtonTypography>("text-sm", "500");
        button.LineHeight = "1.25rem";
        return new Typography
        {
            Default = Of<DefaultTypography>("text-sm"),
            H3 = Of<H3Typography>("text-2xl", "600"),
            H4 = Of<H4Typography>("text-xl", "600"),
            H5 = Of<H5Typography>("text-lg", "600"),
            H6 = Of<H6Typography>("text-md", "600"),
            Body1 = Of<Body1Typography>("text-md"),
            Body2 = Of<Body2Typography>("text-sm"),
            Subtitle1 = Of<Subtitle1Typography>("text-md", "600"),
            Subtitle2 = Of<Subtitle2Typography>("text-sm", "600"),
            Button = button,
            Caption = Of<CaptionTypography>("text-xs"),
            Overline = Of<OverlineTypography>("text-2xs"),
        };
    }

    // MudBlazor has 26 elevations. Ours are three: 1 for what lies on the page, up to 8 for menus, above for dialogs.
    private static Shadow Shadows()
    {
        var shadows = new Shadow();
        for (var level = 1; level < shadows.Elevation.Length; level++)
        {
            shadows.Elevation[level] = DesignTokens.Measure(level switch { 1 => "shadow-1", <= 12 => "shadow-2", _ => "shadow-3" });
        }

        return shadows;
    }
}
