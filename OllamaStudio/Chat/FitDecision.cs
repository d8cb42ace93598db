using OllamaStudio.Core.Settings;

namespace OllamaStudio.Chat;

/// <summary>What is to become of a prompt that did not fit into the context window.</summary>
/// <param name="ReplyId">The reply that failed of it.</param>
/// <param name="How">Left out or cut; as the setting says where the window is made larger.</param>
/// <param name="NumCtx">Tokens that the window is to have from now on in this conversation; null for as many as before.</param>
public readonly record struct FitDecision(string ReplyId, ContextFull? How, int? NumCtx = null);
