using System.Collections.Frozen;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Chat;

/// <summary>Where the page finds an image that a tool returned or a person attached.</summary>
public static class ToolImageAddress
{
    /// <summary>The folder of all of them, relative to the studio's root.</summary>
    public const string Path = "tool-images";

    // Plain pictures. SVG can hold more than that.
    private static readonly FrozenSet<string> s_pictures = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "image/png", "image/jpeg", "image/gif", "image/webp");

    /// <summary>The image's address, relative to the studio's root; null for a kind that is not shown.</summary>
    public static string? Of(ToolImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return s_pictures.Contains(image.MediaType) ? $"{Path}/{image.Id}" : null;
    }
}
