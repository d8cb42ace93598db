namespace OllamaStudio.Core.Telemetry;

/// <summary>
/// What the environment takes away from what the capture level allows. Names and meanings are those of OpenInference's
/// configuration. The GenAI conventions' own switch is a source of the level itself, and so among the settings.
/// </summary>
/// <remarks>
/// <c>OPENINFERENCE_HIDE_INPUT_IMAGES</c> and <c>OPENINFERENCE_BASE64_IMAGE_MAX_LENGTH</c> are kept without being asked: no image is ever put on a
/// span, but for its kind and size.
/// </remarks>
public sealed record CaptureOptions
{
    /// <summary><c>OPENINFERENCE_HIDE_INPUTS</c>: nothing of what is sent, messages included. So does <c>OPENINFERENCE_HIDE_INPUT_TEXT</c>, for text is all that is captured of it.</summary>
    public bool HideInputs { get; init; }

    /// <summary><c>OPENINFERENCE_HIDE_OUTPUTS</c>: nothing of what is received, messages included. So does <c>OPENINFERENCE_HIDE_OUTPUT_TEXT</c>.</summary>
    public bool HideOutputs { get; init; }

    /// <summary><c>OPENINFERENCE_HIDE_INPUT_MESSAGES</c>: no list of the messages sent.</summary>
    public bool HideInputMessages { get; init; }

    /// <summary><c>OPENINFERENCE_HIDE_OUTPUT_MESSAGES</c>: no list of the messages received.</summary>
    public bool HideOutputMessages { get; init; }

    /// <summary><c>OPENINFERENCE_HIDE_LLM_INVOCATION_PARAMETERS</c>: no options such as temperature as one JSON object.</summary>
    public bool HideInvocationParameters { get; init; }

    /// <summary><c>OPENINFERENCE_HIDE_LLM_TOOLS</c>: no definitions of the tools offered.</summary>
    public bool HideTools { get; init; }

    /// <summary>Reads the variables; <paramref name="read"/> answers null for one that is not set.</summary>
    public static CaptureOptions From(Func<string, string?> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        return new CaptureOptions
        {
            HideInputs = IsTrue("OPENINFERENCE_HIDE_INPUTS") || IsTrue("OPENINFERENCE_HIDE_INPUT_TEXT"),
            HideOutputs = IsTrue("OPENINFERENCE_HIDE_OUTPUTS") || IsTrue("OPENINFERENCE_HIDE_OUTPUT_TEXT"),
            HideInputMessages = IsTrue("OPENINFERENCE_HIDE_INPUT_MESSAGES"),
            HideOutputMessages = IsTrue("OPENINFERENCE_HIDE_OUTPUT_MESSAGES"),
            HideInvocationParameters = IsTrue("OPENINFERENCE_HIDE_LLM_INVOCATION_PARAMETERS"),
            HideTools = IsTrue("OPENINFERENCE_HIDE_LLM_TOOLS"),
        };

        bool IsTrue(string name) => read(name)?.Trim().ToUpperInvariant() is "TRUE" or "1";
    }
}
