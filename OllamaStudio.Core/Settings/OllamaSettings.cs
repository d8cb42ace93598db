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
