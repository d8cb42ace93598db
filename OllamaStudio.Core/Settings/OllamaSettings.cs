using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace OllamaStudio.Core.Settings;

/// <summary>Which server answers, and with which model.</summary>
public sealed record OllamaSettings
{
    /// <summary>The Ollama server, in any form that <c>OLLAMA_HOST</c> may take. Never null.</summary>
    public string Host { get; init; } = "http://localhost:11434";

    /// <summary>The model picked at first start; where it is not installed, the first installed one is picked.</summary>
    public string Model { get; init; } = "llama3.1:8b";

    /// <summary>Whether the real server, the demo, or whichever answers is used.</summary>
    public ServerChoice Server { get; init; } = ServerChoice.Auto;

    /// <summary>
    /// Sent as a bearer token to <c>https://ollama.com</c> and nowhere else; null or empty sends none. <c>OLLAMA_API_KEY</c>,
    /// as Ollama's own libraries call it. Never logged, never shown.
    /// </summary>
    public string? ApiKey { get; init; }

    /// <summary>
    /// <c>user:password</c> for a proxy before <see cref="Host"/> that asks for them, sent there as basic authentication; null for none.
    /// <c>OLLAMA_HOST</c> may hold them, percent-encoded, as addresses do; <see cref="Host"/> never does. Never logged, never shown.
    /// </summary>
    public string? Login { get; init; }

    /// <summary>Further HTTP headers of every request to <see cref="Host"/>. Values may be secrets: never logged or shown.</summary>
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Whether requests go to the same server, with the same credentials.</summary>
    public bool Reaches(OllamaSettings other) =>
        (Host, ApiKey, Login) == (other.Host, other.ApiKey, other.Login) && Headers.SequenceEqual(other.Headers);

    // Written by hand because a record prints all of its members, and this one must be safe to log.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Host = {Host}, Model = {Model}, Server = {Server}, ");
        builder.Append(string.IsNullOrEmpty(ApiKey) ? "no API key" : "an API key");
        builder.Append(string.IsNullOrEmpty(Login) ? ", no login" : ", a login");
        builder.Append(Headers.Count == 0 ? "" : $", headers {string.Join(", ", Headers.Keys)}");
        return true;
    }
}

/// <summary>Which server the studio talks to.</summary>
public enum ServerChoice
{
    /// <summary>The real server where it answers at start, else the demo.</summary>
    Auto,

    /// <summary>The server at <see cref="OllamaSettings.Host"/>, answering or not.</summary>
    Ollama,

    /// <summary>The built-in demo server.</summary>
    Demo,
}
