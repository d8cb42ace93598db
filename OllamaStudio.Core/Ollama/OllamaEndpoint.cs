namespace OllamaStudio.Core.Ollama;

/// <summary>Where an Ollama server is, read from any form that <c>OLLAMA_HOST</c> may take.</summary>
/// <param name="BaseAddress">Absolute, http or https, with a trailing slash; <c>0.0.0.0</c> and <c>::</c> already turned into loopback.</param>
public sealed record OllamaEndpoint(Uri BaseAddress)
{
    /// <summary>Reads <paramref name="host"/>; false, with the reason for a person, where it is no address.</summary>
    public static bool TryParse(string? host, out OllamaEndpoint endpoint, out string error) => throw new NotSupportedException();

    /// <summary>Reads <paramref name="host"/>; throws <see cref="FormatException"/> with the reason where it is no address.</summary>
    public static OllamaEndpoint Parse(string? host) =>
        TryParse(host, out var endpoint, out var error) ? endpoint : throw new FormatException(error);

    /// <summary>Whether the server is on this machine.</summary>
    public bool IsLoopback => BaseAddress.IsLoopback;
}
