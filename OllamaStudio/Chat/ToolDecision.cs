using OllamaStudio.Core.Tools;

namespace OllamaStudio.Chat;

/// <summary>What a person said to a tool call that waited for their word.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Answer">What they said.</param>
public sealed record ToolDecision(string CallId, ToolAnswer Answer);
