namespace OllamaStudio.Core.Chat;

/// <summary>What went wrong with a reply.</summary>
/// <param name="Message">In Ollama's own words where it said any.</param>
/// <param name="NextStep">What a person can do; null where nothing helps.</param>
public sealed record MessageError(string Message, string? NextStep);
