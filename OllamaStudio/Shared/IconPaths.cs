using System.Collections.Frozen;

namespace OllamaStudio.Shared;

/// <summary>The studio's own icons: one stroke path each, drawn on a grid of 24.</summary>
public static class IconPaths
{
    private static readonly FrozenDictionary<string, string> Paths = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["chat"] = "M4 5h16v11h-9l-5 4v-4H4z",
        ["traces"] = "M4 6h12M8 12h12M11 18h6",
        ["dashboard"] = "M4 4v16h17M7.5 15.5l3.5-5 3 2.5 5-6.5",
        ["telemetry"] = "M4 12h4M16 6.5h4M16 17.5h4M8 12c4 0 4-5.5 8-5.5M8 12c4 0 4 5.5 8 5.5",
        ["models"] = "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9",
        ["database"] = "M5 6c0-4 14-4 14 0v12c0 4-14 4-14 0zM5 6c0 4 14 4 14 0M5 12c0 4 14 4 14 0",
        ["settings"] = "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
        ["person"] = "M12 4a4 4 0 1 1 0 8a4 4 0 0 1 0-8zM5 20c0-4 3-6 7-6s7 2 7 6",
        ["send"] = "M12 19V5M6 11l6-6 6 6",
        ["stop"] = "M7 7h10v10H7z",
        ["clip"] = "M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4l7.6-7.6",
        ["braces"] = "M9 4c-2 0-3 1-3 3v2c0 2-1 3-2 3 1 0 2 1 2 3v2c0 2 1 3 3 3M15 4c2 0 3 1 3 3v2c0 2 1 3 2 3-1 0-2 1-2 3v2c0 2-1 3-3 3",
        ["text"] = "M6 3h8l5 5v13H6zM14 3v5h5M9 13h7M9 17h5",
        ["plus"] = "M12 5v14M5 12h14",
        ["search"] = "M11 4a7 7 0 1 1 0 14a7 7 0 0 1 0-14zM16 16l4 4",
        ["trash"] = "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
        ["edit"] = "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
        ["thumb-up"] = "M7 11v9H4v-9zM7 11l4-8c1.7 0 2.5 1.2 2.2 2.8L12.6 9H19c1 0 1.6.9 1.4 1.9l-1.5 7.6c-.2.9-.9 1.5-1.8 1.5H7",
        ["thumb-down"] = "M7 13V4H4v9zM7 13l4 8c1.7 0 2.5-1.2 2.2-2.8L12.6 15H19c1 0 1.6-.9 1.4-1.9l-1.5-7.6C18.700 4.600 18 4 17.100 4H7",
        ["note"] = "M5 4h14v11l-5 5H5zM14 20v-5h5M8.500 9h7M8.500 12.500h4",
        ["copy"] = "M9 9h11v11H9zM5 15H4V4h11v1",
        ["wrap"] = "M4 6h16M4 12h12a3.5 3.5 0 0 1 0 7h-4M14 16l-3 3 3 3M4 18h3",
        ["refresh"] = "M20 12a8 8 0 1 1-2.5-5.8M20 4v4h-4",
        ["check"] = "M5 13l4 4L19 7",
        ["close"] = "M6 6l12 12M18 6L6 18",
        ["chevron-right"] = "M9 6l6 6-6 6",
        ["chevron-down"] = "M6 9l6 6 6-6",
        ["chevron-up"] = "M6 15l6-6 6 6",
        ["chevron-left"] = "M15 6l-6 6 6 6",
        ["panel-left"] = "M4 5h16v14H4zM9 5v14",
        ["panel-right"] = "M4 5h16v14H4zM15 5v14",
        ["columns"] = "M4 5h16v14H4zM9.5 5v14M14.5 5v14",
        ["pause"] = "M8 5v14M16 5v14",
        ["play"] = "M7 5l12 7-12 7z",
        ["clear"] = "M12 4a8 8 0 1 1 0 16a8 8 0 0 1 0-16zM6.5 6.5l11 11",
        ["filter"] = "M4 5h16l-6 8v6l-4-2v-4z",
        ["sun"] = "M12 8a4 4 0 1 1 0 8a4 4 0 0 1 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M19 5l-1.4 1.4M6.4 17.6L5 19",
        ["moon"] = "M19 14.5A8 8 0 0 1 9.5 5a7.5 7.5 0 1 0 9.5 9.5z",
        ["monitor"] = "M3 5h18v11H3zM9 20h6M12 16v4",
        ["warning"] = "M12 4l9 16H3zM12 10v5M12 17.5v.5",
        ["error"] = "M12 4a8 8 0 1 1 0 16a8 8 0 0 1 0-16zM12 8v5M12 15.5v.5",
        ["info"] = "M12 4a8 8 0 1 1 0 16a8 8 0 0 1 0-16zM12 11v5M12 8v.5",
        ["server"] = "M4 5h16v6H4zM4 13h16v6H4zM7 8h.5M7 16h.5",
        ["eye"] = "M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7zM12 9a3 3 0 1 1 0 6a3 3 0 0 1 0-6z",
        ["eye-off"] = "M4 4l16 16M6.5 7C4.8 8.2 3.4 9.8 2 12c3 5 6 7 10 7c1.7 0 3.2-.4 4.6-1.1M10 5.2C10.7 5.1 11.3 5 12 5c4 0 7 2 10 7c-.8 1.3-1.6 2.4-2.5 3.3",
        ["upload"] = "M12 16V4M7 9l5-5 5 5M4 20h16",
        ["download"] = "M12 4v12M7 11l5 5 5-5M4 20h16",
        ["arrow-down"] = "M12 5v14M6 13l6 6 6-6",
        ["link"] = "M10 14l4-4M8 12l-2.5 2.5a3.5 3.5 0 0 0 5 5L13 17M16 12l2.5-2.5a3.5 3.5 0 0 0-5-5L11 7",
        ["branch"] = "M7 5v14M7 15h6a4 4 0 0 0 4-4V5M14 8l3-3 3 3",
        ["open"] = "M14 4h6v6M20 4l-9 9M17 13v6a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1h6",
        ["plug"] = "M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4",
        ["bell"] = "M6.5 16v-5a5.5 5.5 0 0 1 11 0v5l1.5 2H5zM10 20.5h4",
        ["percent"] = "M5 19L19 5M7.5 5a2.5 2.5 0 1 1 0 5a2.5 2.5 0 0 1 0-5zM16.5 14a2.5 2.5 0 1 1 0 5a2.5 2.5 0 0 1 0-5z",
        ["key"] = "M8 11a4 4 0 1 1 0 8a4 4 0 0 1 0-8zM11 12l9-9M16 7l3 3",
        ["lock"] = "M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3",
        ["help"] = "M12 4a8 8 0 1 1 0 16a8 8 0 0 1 0-16zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 16v.5",
        ["brain"] = "M12 5a3 3 0 0 0-6 1a3.5 3.5 0 0 0-1 6.5A3.5 3.5 0 0 0 8 18a3 3 0 0 0 4 1zM12 5a3 3 0 0 1 6 1a3.5 3.5 0 0 1 1 6.5A3.5 3.5 0 0 1 16 18a3 3 0 0 1-4 1z",
        ["clock"] = "M12 4a8 8 0 1 1 0 16a8 8 0 0 1 0-16zM12 8v4l3 2",
        ["running"] = "M12 4a8 8 0 1 1-8 8",
        ["sampled-out"] = "M4 12h3M10.5 12h3M17 12h3",
        ["equals"] = "M5 9.5h14M5 14.5h14",
        ["bookmark"] = "M7 4h10v16l-5-4-5 4z",
        ["tag"] = "M4.8 4.8H12l7.8 7.8-7.2 7.2-7.8-7.8zM8.6 8.6v.1",
        ["sliders"] = "M6 4v6M6 14.5V20M12 4v2.5M12 11v9M18 4v8.5M18 17v3M4 12.2h4M10 8.6h4M16 14.7h4",
        ["tool"] = "M14 6a4 4 0 0 1 5-1.5L16.5 7l.5 1.5 1.5.5L21 6.5A4 4 0 0 1 15.5 12L8 19.5a2 2 0 0 1-3-3L12.5 9A4 4 0 0 1 14 6z",
        ["pin"] = "M9 4h6l-.8 6 3.3 3.2V15h-11v-1.8L9.8 10zM12 15v5",
        ["archive"] = "M4 5h16v4H4zM5.5 9v10h13V9M10 13h4",
        ["eject"] = "M12 5l7 9H5zM5 19h14",
        ["dots"] = "M5 12h.5M11.75 12h.5M18.5 12h.5",
        ["expand"] = "M8 4H4v4M16 4h4v4M8 20H4v-4M16 20h4v-4",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Drawn = Paths.ToFrozenDictionary(static icon => icon.Key, static icon => Draw(icon.Value), StringComparer.Ordinal);

    /// <summary>The path of that icon; a plain circle where no icon has that name, so that a slip is seen and nothing breaks.</summary>
    public static string Of(string name) => Paths.GetValueOrDefault(name, "M12 5a7 7 0 1 1 0 14a7 7 0 0 1 0-14z");

    /// <summary>The same as MudBlazor takes an icon: what stands in its <c>svg</c>.</summary>
    public static string Markup(string name) => Drawn.GetValueOrDefault(name) ?? Draw(Of(name));

    private static string Draw(string path) => $"<path d=\"{path}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/>";
}
