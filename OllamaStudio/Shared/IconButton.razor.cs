using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;

namespace OllamaStudio.Shared;

/// <summary>A button that is an icon, with its name as a tooltip.</summary>
public partial class IconButton
{
    private object? _drawn;
    private bool _isNew;

    [Parameter, EditorRequired]
    public required string Icon { get; set; }

    /// <summary>Its name.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>What the tooltip says where that is more than the name; null for the name.</summary>
    [Parameter]
    public string? Tip { get; set; }

    /// <summary>A key that does the same, for the tooltip; null for none.</summary>
    [Parameter]
    public string? Key { get; set; }

    [Parameter]
    public Variant Variant { get; set; } = Variant.Text;

    [Parameter]
    public Color Color { get; set; }

    /// <summary>Where it leads; null for a button.</summary>
    [Parameter]
    public string? Href { get; set; }

    /// <summary><c>a</c> for a link that at times leads nowhere, and then keeps the keyboard nonetheless.</summary>
    [Parameter]
    public string HtmlTag { get; set; } = "button";

    [Parameter]
    public ButtonType Type { get; set; } = ButtonType.Button;

    [Parameter]
    public bool Disabled { get; set; }

    [Parameter]
    public EventCallback<MouseEventArgs> OnClick { get; set; }

    /// <summary>All else goes to the button itself.</summary>
    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? Attributes { get; set; }

    private string Words => Key is null ? Tip ?? Label : $"{Tip ?? Label} ({Key})";

    protected override void OnParametersSet()
    {
        var now = (Icon, Words, Variant, Color, Href, Disabled, OnClick, string.Join('\n', Attributes ?? new Dictionary<string, object>()));
        _isNew = !now.Equals(_drawn);
        _drawn = now;
    }

    // The head of a panel is drawn anew with everything that streams below it, and a tooltip costs more than all else in it.
    protected override bool ShouldRender() => _isNew;
}
