using System.Collections.Immutable;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Telemetry.Capture;

/// <summary>The one place that decides what content may be put on spans. Safe for concurrent use.</summary>
public sealed class ContentCapture
{
    private readonly ISettings _settings;
    private readonly CaptureOptions _options;
    private volatile RedactionRules _rules = new([], Redactor.BuiltIn);

    /// <summary>Makes the decision depend on <paramref name="settings"/> and, where given, on what the environment says.</summary>
    public ContentCapture(ISettings settings, CaptureOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _options = options ?? new CaptureOptions();
    }

    /// <summary>The level that the environment fixes; null where the settings decide.</summary>
    public CaptureLevel? FixedLevel => _options.FixedLevel;

    /// <summary>The level in force now.</summary>
    public CaptureLevel Level => _options.FixedLevel ?? _settings.Current.Telemetry.Capture;

    /// <summary>The decision for a turn that begins now. It holds to the turn's end, whatever changes meanwhile.</summary>
    public CapturePolicy Begin()
    {
        var patterns = _settings.Current.Telemetry.RedactionPatterns;
        return RedactorFor(patterns.IsDefault ? [] : patterns) is { } redactor
            ? new CapturePolicy(Level, redactor, _options)
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
