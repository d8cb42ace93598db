using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using OllamaStudio.Shared;

namespace OllamaStudio.Shell;

/// <summary>The static page around the studio. The theme is decided here, from a cookie, so that nothing flashes on load; so are the words for keys.</summary>
public partial class App
{
    /// <summary>
    /// No prerendering: what a person sees is live from its first pixel, and text typed early is never replaced
    /// by a second rendering.
    /// </summary>
    private static readonly InteractiveServerRenderMode Interactive = new(prerender: false);

    [CascadingParameter]
    public required HttpContext HttpContext { get; set; }

    private string Theme => Themes.FromCookie(HttpContext.Request.Cookies[Themes.CookieName]);

    // For the words alone: the keys themselves are the page's.
    private bool IsMac => HttpContext.Request.Headers.UserAgent.ToString().Contains("Macintosh", StringComparison.Ordinal);
}
