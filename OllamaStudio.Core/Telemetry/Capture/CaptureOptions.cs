namespace OllamaStudio.Core.Telemetry.Capture;

/// <summary>
/// What the environment says on capture, beside the level in the settings. It can only take away, but for
/// <see cref="FixedLevel"/>. Names and meanings: OpenInference's configuration, and the OpenTelemetry GenAI conventions.
/// </summary>
public sealed record CaptureOptions
{
    /// <summary><c>OPENINFERENCE_HIDE_INPUTS</c>: nothing of what is sent, messages included.</summary>
    public bool HideInputs { get; init; }

    /// <summary><c>OPENINFERENCE_HIDE_OUTPUTS</c>: nothing of what is received, messages included.</summary>
    public bool HideOutputs { get; init; }

    /// <summary><c>OPENINFERENCE_HIDE_INPUT_MESSAGES</c>: no list of the messages sent.</summary>
    public bool HideInputMessages { get; init; }

    /// <summary><c>OPENINFERENCE_HIDE_OUTPUT_MESSAGES</c>: no list of the messages received.</summary>
    public bool HideOutputMessages { get; init; }

    /// <summary><c>OPENINFERENCE_HIDE_LLM_INVOCATION_PARAMETERS</c>: no options such as temperature as one JSON object.</summary>
    public bool HideInvocationParameters { get; init; }

    /// <summary><c>OPENINFERENCE_HIDE_LLM_TOOLS</c>: no definitions of the tools offered.</summary>
    public bool HideTools { get; init; }

    /// <summary>
    /// <c>OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT</c>: <c>true</c>, <c>SPAN_ONLY</c> and <c>SPAN_AND_EVENT</c> mean
    /// <see cref="CaptureLevel.Full"/>; <c>false</c>, <c>NO_CONTENT</c> and <c>EVENT_ONLY</c> mean <see cref="CaptureLevel.Off"/>;
    /// anything else, null: the settings decide.
    /// </summary>
    public CaptureLevel? FixedLevel { get; init; }

    /// <summary>Reads the variables; <paramref name="read"/> answers null for one that is not set.</summary>
    public static CaptureOptions From(Func<string, string?> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        return new CaptureOptions
        {
            HideInputs = IsTrue("OPENINFERENCE_HIDE_INPUTS"),
            HideOutputs = IsTrue("OPENINFERENCE_HIDE_OUTPUTS"),
            HideInputMessages = IsTrue("OPENINFERENCE_HIDE_INPUT_MESSAGES"),
            HideOutputMessages = IsTrue("OPENINFERENCE_HIDE_OUTPUT_MESSAGES"),
            HideInvocationParameters = IsTrue("OPENINFERENCE_HIDE_LLM_INVOCATION_PARAMETERS"),
            HideTools = IsTrue("OPENINFERENCE_HIDE_LLM_TOOLS"),
            FixedLevel = read("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT")?.Trim().ToUpperInvariant() switch
            {
                "TRUE" or "1" or "SPAN_ONLY" or "SPAN_AND_EVENT" => CaptureLevel.Full,
                "FALSE" or "0" or "NO_CONTENT" or "EVENT_ONLY" => CaptureLevel.Off,
                _ => null,
            },
        };

        bool IsTrue(string name) => read(name)?.Trim().ToUpperInvariant() is "TRUE" or "1";
    }
}
