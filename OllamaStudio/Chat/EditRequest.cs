namespace OllamaStudio.Chat;

/// <summary>A prompt that is to be opened for changing, once: another request for the same is another object.</summary>
/// <param name="promptId">The prompt's id.</param>
public sealed class EditRequest(string promptId)
{
    /// <summary>The prompt's id.</summary>
    public string PromptId { get; } = promptId;
}
