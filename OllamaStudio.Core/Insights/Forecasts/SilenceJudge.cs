using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;

namespace OllamaStudio.Core.Insights.Forecasts;

/// <summary>
/// Says of a model call that is silent whether it is slow or stuck: by how long such calls are silent by the person's own past, by what is in
/// the server's memory, and by whether the server answers. Asks the server only while a call is silent. Safe to use from any thread.
/// </summary>
public sealed class SilenceJudge(ICallsUnderWay calls, ITurnOrder order, Forecaster forecaster, ServerPulse pulse, OllamaServers servers, TimeProvider time)
{
    /// <summary>A shorter silence is none.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(10);

    /// <summary>What is to be said of that reply's silence; null for nothing: it is not silent, or no call runs.</summary>
    public SilenceVerdict? Of(string replyId)
    {
        if (calls.CallOf(replyId) is not { } call || time.GetUtcNow() - (call.LastPieceAt ?? call.SentAt) is var silent && silent < Shortest)
        {
            return null;
        }

        var isWriting = call.FirstPieceAt is not null;
        var usual = isWriting ? calls.LongGapOf(call.Model) : forecaster.LongFirstTokenOf(call);
        var expected = isWriting ? null : forecaster.Of(replyId)?.Forecast.Total;
        var isBehind = !isWriting && order.AheadOf(replyId) is not null;
        var answers = pulse.Look(call.Server);
        var status = servers.Status.Of(call.Server);
        return new SilenceVerdict
        {
            Silent = silent,
            Usual = usual,
            Expected = expected,
            IsWriting = isWriting,
            IsBehind = isBehind,
            IsLoaded = status.State is ServerState.Up ? status.IsLoaded(call.Model) : null,
            OtherInMemory = status.Running.FirstOrDefault(running => !ModelNames.Same(running.Name, call.Model))?.Name,
            State = answers switch
            {
                null => SilenceState.Asking,
                false => SilenceState.NoAnswer,
                _ when isBehind || usual is null || silent <= usual || silent <= expected * 2 => SilenceState.Slow,
                _ => SilenceState.Stuck,
            },
        };
    }
}

/// <summary>How a silence is to be taken.</summary>
public enum SilenceState
{
    /// <summary>The server is being asked.</summary>
    Asking,

    /// <summary>It answers, and such silences are known, or nothing is known of them.</summary>
    Slow,

    /// <summary>It answers, but no such call has been silent for so long.</summary>
    Stuck,

    /// <summary>The server does not answer.</summary>
    NoAnswer,
}

/// <summary>What is known of a silence.</summary>
public sealed record SilenceVerdict
{
    /// <summary>How it is to be taken.</summary>
    public required SilenceState State { get; init; }

    /// <summary>How long it has lasted.</summary>
    public required TimeSpan Silent { get; init; }

    /// <summary>What 99 of 100 such silences were shorter than; null where too few are known.</summary>
    public TimeSpan? Usual { get; init; }

    /// <summary>How long the wait for the first token was forecast to be; null where it was not.</summary>
    public TimeSpan? Expected { get; init; }

    /// <summary>Whether the reply had begun.</summary>
    public bool IsWriting { get; init; }

    /// <summary>Whether the model answers another conversation first.</summary>
    public bool IsBehind { get; init; }

    /// <summary>Whether the model is in memory; null where nobody knows.</summary>
    public bool? IsLoaded { get; init; }

    /// <summary>Another model that is in memory; null for none.</summary>
    public string? OtherInMemory { get; init; }
}
