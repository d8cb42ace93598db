using System.Collections.Immutable;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry.Capture;

namespace OllamaStudio.Core.Telemetry;

/// <summary>The one place that decides what content may be put on spans. Safe for concurrent use.</summary>
public sealed class ContentCapture
{
    private readonly ISettings _settings;
    private readonly CaptureOptions _options;
    private volatile RedactionRules _rules = new([], Redactor.BuiltIn);

    /// <summary>Makes the decision depend on <paramref name="settings"/> and, where given, on what the environment takes away.</summary>
    public ContentCapture(ISettings settings, CaptureOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _options = options ?? new CaptureOptions();
    }

    /// <summary>The decision for a turn that begins now. It holds to the turn's end, whatever changes meanwhile.</summary>
    public CapturePolicy Begin()
    {
        var telemetry = _settings.Current.Telemetry;
        return RedactorFor(telemetry.RedactionPatterns) is { } redactor
            ? new CapturePolicy(telemetry.Capture, redactor, _options)
            : new CapturePolicy(CaptureLevel.Off, Redactor.BuiltIn, _options);
    }

    /// <summary>Null where a pattern cannot be used: what a person wanted hidden would show, so nothing is captured.</summary>
    private Redactor? RedactorFor(ImmutableArray<string> patterns)
    {
        var rules = _rules;
        if (rules.Patterns == patterns || rules.Patterns.SequenceEqual(patterns))
        {
            return rules.Redactor;
        }

        Redactor? redactor = null;
        try
        {
            redactor = new Redactor(patterns);
        }
        catch (ArgumentException)
        {
            // The settings refuse such a pattern and say why; this guards against one that came past them.
        }

        _rules = new RedactionRules(patterns, redactor);
        return redactor;
    }

    private sealed record RedactionRules(ImmutableArray<string> Patterns, Redactor? Redactor);
}
