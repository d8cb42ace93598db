namespace OllamaStudio.Core.Ollama;

/// <summary>
/// A stream has said nothing for a while. It only informs: loading a large model is minutes of silence, and nothing is ever
/// cut for it.
/// </summary>
/// <param name="Duration">Since the request was sent, or since the last line.</param>
/// <param name="HasBegun">Whether any line has come: false mostly means that the model is being loaded.</param>
public sealed record OllamaSilence(TimeSpan Duration, bool HasBegun);
