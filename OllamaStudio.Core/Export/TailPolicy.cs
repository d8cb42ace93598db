using System.Collections.Frozen;
using System.Globalization;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Export;

/// <summary>What decides of traces that are held, for one state of the settings.</summary>
internal sealed class TailPolicy
{
    private readonly TelemetrySettings _settings;
    private readonly FrozenDictionary<string, double> _shares;

    /// <summary>Reads the settings.</summary>
    public TailPolicy(TelemetrySettings settings)
    {
        _settings = settings;
        _shares = settings.Tail.Shares
            .Select(static pair => (pair.Key, Share: ShareOf(pair.Value)))
            .Where(static pair => pair.Share is not null)
            .ToFrozenDictionary(static pair => pair.Key, static pair => pair.Share!.Value, StringComparer.Ordinal);
    }

    /// <summary>Whether new traces are held.</summary>
    public bool IsOn => _settings.Exports && Rules.Enabled;

    /// <summary>The rules and bounds.</summary>
    public TailSamplingSettings Rules => _settings.Tail;

    /// <summary>A share as a person writes it, 0–1; null where it is none.</summary>
    public static double? ShareOf(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1 ? share : null;

    /// <summary>Why a trace is exported; null where it is not.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="facts">What is known of it.</param>
    /// <param name="slowest">Knows how long others of its model took.</param>
    public TailRule? Decide(HeldTrace trace, TraceFacts facts, SlowestTurns slowest)
    {
        if (!_settings.Exports)
        {
            return null;
        }

        if (Rules.Enabled)
        {
            TailRule? rule = Rules.KeepErrors && facts.HasError ? TailRule.Error
                : Rules.SlowSeconds > 0 && facts.Duration.TotalSeconds > Rules.SlowSeconds ? TailRule.Slow
                : Rules.KeepSlowest && facts.Model is { } model && slowest.IsAmong(model, facts.Duration) ? TailRule.Slowest
                : Rules.CostUsd > 0 && facts.Cost > Rules.CostUsd ? TailRule.Cost
                : Rules.Tokens > 0 && facts.Tokens > Rules.Tokens ? TailRule.Tokens
                : null;
            if (rule is not null)
            {
                return rule;
            }

            if ((facts.Model is { } asked && _shares.TryGetValue(asked, out var share)) || (facts.Name is { } name && _shares.TryGetValue(name, out share)))
            {
                return RatioSampler.IsSampled(trace.TraceId, share) ? TailRule.Share : null;
            }
        }

        // As it would have been decided at its beginning.
        return trace.CallerSays ?? RatioSampler.IsSampled(trace.TraceId, _settings.SamplingRatio) ? TailRule.Ratio : null;
    }
}
