
namespace OllamaStudio.Core.Primitives;

/// <summary>
/// Keys of <c>AdditionalProperties</c> on the last update (and the whole response) of a chat client: what the server measured
/// itself. Named after Ollama's own fields. A key is absent where the server left the field out. Joining updates to a
/// response moves them onto its message.
/// </summary>
public static class ResponseProperties
{
    /// <summary>Ollama's total, a <see cref="TimeSpan"/>.</summary>
    public const string TotalDuration = "total_duration";

    /// <summary>Loading the model, a <see cref="TimeSpan"/>.</summary>
    public const string LoadDuration = "load_duration";

    /// <summary>Reading the prompt, a <see cref="TimeSpan"/>.</summary>
    public const string PromptEvalDuration = "prompt_eval_duration";

    /// <summary>Generating, a <see cref="TimeSpan"/>.</summary>
    public const string EvalDuration = "eval_duration";

    /// <summary>Ollama's <c>done_reason</c> as it came, a <see cref="string"/>.</summary>
    public const string DoneReason = "done_reason";
}
