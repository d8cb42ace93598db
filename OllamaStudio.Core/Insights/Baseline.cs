using System.Collections.Immutable;

namespace OllamaStudio.Core.Insights;

/// <summary>A model call beside the one at the median of those like it: a real one, whose phases add up.</summary>
/// <param name="Call">The call.</param>
/// <param name="Median">The call whose duration is the median's.</param>
/// <param name="Count">How many calls there were like it.</param>
/// <param name="Since">When the first of them began, UTC.</param>
public sealed record Baseline(MeasuredCall Call, MeasuredCall Median, int Count, DateTimeOffset Since)
{
    /// <summary>Fewer calls make no median.</summary>
    public const int FewestCalls = 10;

    /// <summary>Of very many the newest so many are taken.</summary>
    public const int MostCalls = 500;

    /// <summary>How much longer it took, as a share of the median: 0.28 is 28 % slower, −0.1 is 10 % faster.</summary>
    public double Change => Median.Duration > TimeSpan.Zero ? (Call.Duration / Median.Duration) - 1 : 0;

    /// <summary>Whether it had to load its model and the others had not: of those that had there are too few.</summary>
    public bool IsColdAmongWarm => Call.IsWarm is false && Median.IsWarm is true;

    /// <summary>By how much each phase took longer, or shorter: together exactly as much as the whole call did.</summary>
    public ImmutableArray<(CallPhase Phase, TimeSpan Longer)> Phases
    {
        get
        {
            var known = new[]
            {
                (Phase: CallPhase.Queue, Longer: Longer(static call => call.Queue)),
                (Phase: CallPhase.Load, Longer: Longer(static call => call.Load)),
                (Phase: CallPhase.Reading, Longer: Longer(static call => call.Reading)),
                (Phase: CallPhase.Writing, Longer: Longer(static call => call.Writing)),
            };
            var rest = known.Aggregate(Call.Duration - Median.Duration, static (left, phase) => left - phase.Longer);
            return [.. known, (CallPhase.Other, rest)];
        }
    }

    // One that either call does not tell belongs to the rest of both.
    private TimeSpan Longer(Func<MeasuredCall, TimeSpan?> phase) => phase(Call) is { } here && phase(Median) is { } there ? here - there : TimeSpan.Zero;
}

/// <summary>Where the time of a model call goes.</summary>
public enum CallPhase
{
    /// <summary>Waiting for a free slot.</summary>
    Queue,

    /// <summary>Loading the model.</summary>
    Load,

    /// <summary>Reading the prompt.</summary>
    Reading,

    /// <summary>Writing the reply, thinking included.</summary>
    Writing,

    /// <summary>None of these: the way there and back, or what was not told.</summary>
    Other,
}

/// <summary>The stored figures of model calls. Reads block for some milliseconds.</summary>
public interface ICallStore
{
    /// <summary>The calls of a trace that went well, in order of start; none where it is not stored (yet).</summary>
    IReadOnlyList<MeasuredCall> OfTrace(string traceId);

    /// <summary>
    /// The calls before this one with the same model, digest, server's version, context window and options, and a prompt of half to double
    /// its tokens; newest first, at most <see cref="Baseline.MostCalls"/>.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="warm">Whether their model was in memory.</param>
    IReadOnlyList<MeasuredCall> Like(MeasuredCall call, bool warm);

    /// <summary>The newest calls of a model in use, with their conversations; newest first.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="most">At most so many.</param>
    IReadOnlyList<MeasuredCall> Newest(string model, int most);
}

/// <summary>Finds what a call compares with.</summary>
public sealed class BaselineReader(ICallStore store, IRollupStore stored)
{
    /// <summary>Looks for the baseline of a trace's longest model call.</summary>
    /// <param name="traceId">The trace's id.</param>
    /// <param name="baseline">Null where the call tells too little of itself, or there are too few like it.</param>
    /// <returns>False where no call of the trace is stored, which may be a matter of a second.</returns>
    public bool TryFind(string traceId, out Baseline? baseline)
    {
        var call = store.OfTrace(traceId).MaxBy(static call => call.Duration);
        baseline = call is null ? null : Find(call);
        return call is not null;
    }

    /// <inheritdoc cref="IRollupStore.Subscribe"/>
    public IDisposable Subscribe(Action changed) => stored.Subscribe(changed);

    private Baseline? Find(MeasuredCall call)
    {
        // A figure is worth nothing without what it depends on.
        if (call is not { Setup: { Version: not null, Digest: not null }, TokensIn: > 0, IsWarm: { } isWarm })
        {
            return null;
        }

        var like = store.Like(call, isWarm);
        if (like.Count < Baseline.FewestCalls && !isWarm)
        {
            like = store.Like(call, warm: true);
        }

        return like.Count < Baseline.FewestCalls ? null : new Baseline(
            call, like.OrderBy(static other => other.Duration).ElementAt((like.Count - 1) / 2), like.Count, like.Min(static other => other.StartTime));
    }
}
