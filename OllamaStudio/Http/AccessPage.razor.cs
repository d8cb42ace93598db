using Microsoft.AspNetCore.Components;

namespace OllamaStudio.Http;

/// <summary>What a browser without the access token sees: where the address is. Needs no script.</summary>
public partial class AccessPage
{
    /// <summary>The person's theme; see <see cref="OllamaStudio.Shared.Themes"/>.</summary>
    [Parameter]
    [EditorRequired]
    public required string Theme { get; set; }

    /// <summary>Scheme, host and port of this studio, as the browser reached it.</summary>
    [Parameter]
    [EditorRequired]
    public required string Origin { get; set; }

    /// <summary>Where the page goes by itself, at once; null to stay.</summary>
    [Parameter]
    public string? SecondTry { get; set; }
}
