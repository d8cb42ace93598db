using System.Text;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace OllamaStudio.Shared.Theming;

/// <summary>
/// MudBlazor's variables as part of the page that is served, so that nothing flashes and the circuit sends no style sheet.
/// </summary>
public sealed class PaletteStyles : MudThemeProvider
{
    private const string PaletteVariable = "--mud-palette-";

    /// <summary>Whether only colours are written, where all else is as in another theme of the same page.</summary>
    [Parameter]
    public bool PaletteOnly { get; set; }

    /// <inheritdoc />
    protected override void GenerateTheme(StringBuilder themeStringBuilder)
    {
        var all = new StringBuilder();
        base.GenerateTheme(all);
        foreach (var line in all.ToString().AsSpan().EnumerateLines())
        {
            if (!PaletteOnly || line.StartsWith(PaletteVariable, StringComparison.Ordinal))
            {
                themeStringBuilder.Append(line);
            }
        }
    }
}
