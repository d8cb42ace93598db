using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace OllamaStudio.Shared;

/// <summary>
/// MudBlazor's button as the studio draws it: flat, and outlined unless something else is said. The one filled button of a view is
/// <c>Variant.Filled</c> with <c>Color.Primary</c>, what recedes is <c>Variant.Text</c>, and a beginning has the class <c>tonal</c>.
/// Medium ones are 32 px high, small ones 28.
/// </summary>
public sealed class StudioButton : MudButton
{
    /// <summary>A medium one, outlined; its parameters say otherwise.</summary>
    public StudioButton()
    {
        Variant = Variant.Outlined;
        IconSize = MudBlazor.Size.Small;
        Ripple = DropShadow = false;
    }

    /// <summary>The icon before its words, by the name that <see cref="IconPaths"/> has for it; null for none.</summary>
    [Parameter]
    public string? Icon { get; set; }

    /// <summary>Gives it the keyboard.</summary>
    /// <returns>False where the page is gone.</returns>
    public ValueTask<bool> TryFocusAsync() => _elementReference.TryFocusAsync();

    protected override void OnParametersSet()
    {
        base.OnParametersSet();
        StartIcon = Icon is null ? null : IconPaths.Markup(Icon);
    }
}
