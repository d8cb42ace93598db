namespace OllamaStudio.Shared;

/// <summary>The themes a person can choose. The choice is kept in a cookie that studio.js writes.</summary>
public static class Themes
{
    public const string CookieName = "studio-theme";

    /// <summary>Follows the operating system.</summary>
    public const string System = "system";

    public const string Light = "light";

    public const string Dark = "dark";

    /// <summary>The theme a cookie names; <see cref="System"/> where there is none or it names nothing known.</summary>
    public static string FromCookie(string? cookie) => cookie is Light or Dark ? cookie : System;
}
