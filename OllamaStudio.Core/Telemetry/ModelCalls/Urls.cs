namespace OllamaStudio.Core.Telemetry.ModelCalls;

/// <summary>Addresses as they may be shown.</summary>
internal static class Urls
{
    /// <summary>The address without user name and password.</summary>
    public static string WithoutCredentials(Uri address) =>
        address.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo, UriFormat.UriEscaped);
}
