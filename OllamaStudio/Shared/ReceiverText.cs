namespace OllamaStudio.Shared;

/// <summary>What a receiver of spans is called while nobody knows it.</summary>
public static class ReceiverText
{
    // The port that Phoenix takes OTLP over HTTP at, and shows its pages.
    private const int PhoenixPort = 6006;

    /// <summary><c>Phoenix</c> where the address has its port, else <c>receiver</c>.</summary>
    public static string NameOf(string endpoint) => Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Port == PhoenixPort ? "Phoenix" : "receiver";

    /// <summary>Such as <c>No Phoenix at localhost:6006 yet</c>.</summary>
    public static string NotThere(string endpoint) =>
        $"No {NameOf(endpoint)} at {(Uri.TryCreate(endpoint, UriKind.Absolute, out var address) ? address.Authority : endpoint)} yet";
}
