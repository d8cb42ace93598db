using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Telemetry.Capture;

/// <summary>
/// What content may be put on the spans of one turn. Every text goes through here, and only what comes out may be set on
/// an activity: it is redacted, and cut where the level says so. Immutable.
/// </summary>
public sealed class CapturePolicy
{
    /// <summary>Longest preview, in UTF-16 characters.</summary>
    public const int PreviewLength = 1_000;

    /// <summary>Longest <c>agent.task</c>, in UTF-16 characters.</summary>
    public const int TaskLength = 100;

    /// <summary>Longest name of a tool that was never offered, in UTF-16 characters: what a model makes up has no end of its own.</summary>
    public const int MadeUpNameLength = 64;

    /// <summary>
    /// How much of a text is looked at for a preview. Redacting may shorten a text, so this is more than is shown; it
    /// bounds what a preview of a text of megabytes costs.
    /// </summary>
    public const int PreviewScanLength = 64 * 1024;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly InspectedTexts _texts;
    private readonly Activity? _span;

    /// <summary>Makes the policy of one turn.</summary>
    /// <param name="level">How much is captured.</param>
    /// <param name="redactor">What is hidden in it.</param>
    /// <param name="options">What the environment takes away.</param>
    public CapturePolicy(CaptureLevel level, Redactor redactor, CaptureOptions options)
    {
        ArgumentNullException.ThrowIfNull(redactor);
        ArgumentNullException.ThrowIfNull(options);
        _texts = new InspectedTexts(redactor);
        Level = level;
        Inputs = level is not CaptureLevel.Off && !options.HideInputs;
        Outputs = level is not CaptureLevel.Off && !options.HideOutputs;
        InputMessages = Inputs && level is CaptureLevel.Full && !options.HideInputMessages;
        OutputMessages = Outputs && level is CaptureLevel.Full && !options.HideOutputMessages;
        OutputToolCalls = !options.HideOutputs && !options.HideOutputMessages;
        InvocationParameters = !options.HideInvocationParameters;
        Tools = level is not CaptureLevel.Off && !options.HideTools;
    }

    private CapturePolicy(CapturePolicy policy, Activity span)
    {
        (_texts, _span, Level) = (policy._texts, span, policy.Level);
        (Inputs, Outputs, InputMessages, OutputMessages) = (policy.Inputs, policy.Outputs, policy.InputMessages, policy.OutputMessages);
        (OutputToolCalls, InvocationParameters, Tools) = (policy.OutputToolCalls, policy.InvocationParameters, policy.Tools);
    }

    /// <summary>The same for what is set on one span: what is hidden is counted there, as <see cref="TelemetryNames.Llm.Redactions"/>.</summary>
    /// <param name="span">The span; null to count nowhere.</param>
    public CapturePolicy On(Activity? span) => span is null ? this : new CapturePolicy(this, span);

    /// <summary>How much is captured.</summary>
    public CaptureLevel Level { get; }

    /// <summary>Whether previews of what is sent may be set.</summary>
    public bool Inputs { get; }

    /// <summary>Whether previews of what is received may be set.</summary>
    public bool Outputs { get; }

    /// <summary>Whether the messages sent may be set.</summary>
    public bool InputMessages { get; }

    /// <summary>Whether the messages received may be set.</summary>
    public bool OutputMessages { get; }

    /// <summary>Whether the tool calls received may be set, as far as <see cref="CalledTool"/> and <see cref="CallId"/> let them; their arguments need <see cref="Outputs"/>.</summary>
    public bool OutputToolCalls { get; }

    /// <summary>Whether the options sent may be set as one JSON object; texts among them need <see cref="Inputs"/>.</summary>
    public bool InvocationParameters { get; }

    /// <summary>Whether definitions of the tools offered may be set.</summary>
    public bool Tools { get; }

    /// <summary>The redacted beginning of a text, at most <paramref name="length"/> characters; no character is cut in half.</summary>
    public string Preview(string text, int length = PreviewLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        var redacted = _texts.Inspect(TextCut.Start(text, PreviewScanLength));
        var preview = TextCut.Start(redacted.Text, length);
        Count(redacted, preview.Length);
        return preview;
    }

    /// <summary>The value of <c>input.value</c> or <c>output.value</c>: the preview, or with full capture the whole text; redacted.</summary>
    /// <param name="text">The text.</param>
    /// <param name="preview">Its preview where it is there already; null to make one.</param>
    public string Value(string text, string? preview = null) => Level is CaptureLevel.Full ? Whole(text) : preview ?? Preview(text);

    /// <summary>The whole text, redacted.</summary>
    public string Whole(string text)
    {
        var redacted = _texts.Inspect(text);
        Count(redacted, redacted.Text.Length);
        return redacted.Text;
    }

    /// <summary>
    /// The name of a called tool, redacted. The model wrote it, so it is content like all that it writes: where outputs may not be
    /// set, only the name of a tool that was offered is, for that was known before.
    /// </summary>
    /// <param name="name">The name as the model wrote it.</param>
    /// <param name="offered">Whether a tool of that name was offered.</param>
    /// <returns>Null where the name may not be set.</returns>
    public string? CalledTool(string name, bool offered) =>
        offered ? Whole(name) : Outputs ? Preview(name, MadeUpNameLength) : null;

    /// <summary>The id of a tool call, redacted; null where outputs may not be set: some models write ids themselves.</summary>
    public string? CallId(string id) => Outputs ? Preview(id) : null;

    /// <summary>The JSON text of <paramref name="node"/> with every string and number in it redacted on its own, so that it stays JSON.</summary>
    public string Json(JsonNode? node)
    {
        var redacted = Redacted(node);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
        {
            if (redacted is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                redacted.WriteTo(writer);
            }
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>
    /// Words of an error. With capture they are redacted. Without, they are redacted too, and what they quote is left
    /// out, for Ollama and others echo in quotes, or after <c>raw=</c>, what they choke on.
    /// </summary>
    /// <param name="message">The words.</param>
    /// <param name="known">What may be quoted nevertheless, such as the model's name; null for nothing.</param>
    public string ErrorText(string message, string? known = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Level is CaptureLevel.Off ? Preview(Quotations.Remove(message, known)) : Preview(message);
    }

    private void Count(RedactedText redacted, int shown)
    {
        if (_span is not null && !redacted.Redactions.IsEmpty)
        {
            RedactionCount.Add(_span, redacted.Redactions.Where(one => one.Start < shown));
        }
    }

    private JsonNode? Redacted(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject properties:
                var copy = new JsonObject();
                foreach (var (name, value) in properties)
                {
                    copy[Whole(name)] = Redacted(value);
                }

                return copy;
            case JsonArray items:
                return new JsonArray([.. items.Select(Redacted)]);
            case JsonValue value when value.GetValueKind() is JsonValueKind.String:
                return JsonValue.Create(Whole(value.GetValue<string>()));
            case JsonValue value when value.GetValueKind() is JsonValueKind.Number:
                var digits = value.ToJsonString();
                var text = Whole(digits);
                return text == digits ? value.DeepClone() : JsonValue.Create(text);
            default:
                return node?.DeepClone();
        }
    }
}
