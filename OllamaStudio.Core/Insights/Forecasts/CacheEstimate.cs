namespace OllamaStudio.Core.Insights.Forecasts;

/// <summary>
/// How much of a prompt the server still has: the prompt of the call before where that was of the same conversation, and as much of its
/// reply, or of another conversation's prompt, as calls like it had where the server told.
/// </summary>
internal sealed class CacheEstimate
{
    private readonly double _replyShare;
    private readonly double _ofOthers;

    /// <summary>Learns from past calls of one model, in order of start.</summary>
    public CacheEstimate(IReadOnlyList<MeasuredCall> past)
    {
        var pairs = past.Zip(past.Skip(1), static (before, call) => (Before: before, Call: call))
            .Where(static pair => pair.Call is { IsWarm: not false, TokensCached: not null, Session: not null } && pair.Before.TokensIn is not null).TakeLast(30).ToArray();
        _replyShare = ReadingCurve.Median(
            pairs.Where(static pair => pair.Call.Session == pair.Before.Session && pair.Before.TokensOut > 0 && pair.Call.TokensIn > pair.Before.TokensIn)
                .Select(static pair => Math.Clamp((pair.Call.TokensCached!.Value - pair.Before.TokensIn!.Value) / (double)pair.Before.TokensOut!.Value, -1, 1))) ?? 0;
        _ofOthers = ReadingCurve.Median(
            pairs.Where(static pair => pair.Call.Session != pair.Before.Session).Select(static pair => (double)pair.Call.TokensCached!.Value)) ?? 0;
    }

    /// <summary>In tokens, at most all but one: the last is always read.</summary>
    /// <param name="before">The call that the model answered before; null where none is known.</param>
    /// <param name="session">The conversation of the prompt.</param>
    /// <param name="tokens">How long the prompt is.</param>
    public long Of(MeasuredCall? before, string? session, long tokens) => Math.Clamp(
        before is null ? 0
        : session is null || before.Session != session ? (long)_ofOthers
        : (before.TokensIn ?? 0) + (long)(_replyShare * (before.TokensOut ?? 0)), 0, Math.Max(0, tokens - 1));
}
