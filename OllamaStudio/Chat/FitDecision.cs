using OllamaStudio.Core.Settings;

namespace OllamaStudio.Chat;

/// <summary>What is to become of a prompt that did not fit into the context window.</summary>
/// <param name="ReplyId">The reply that failed of it.</param>
/// <param name="How">Left out or cut.</param>
public readonly record struct FitDecision(string ReplyId, ContextFull How);
