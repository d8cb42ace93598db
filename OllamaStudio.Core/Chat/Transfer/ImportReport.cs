using System.Collections.Immutable;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>What came of an import.</summary>
public sealed record ImportReport
{
    /// <summary>Most conversations of <see cref="Lossy"/>.</summary>
    public const int MaxLossy = 100;

    /// <summary>Conversations that were not there before.</summary>
    public int Added { get; init; }

    /// <summary>Conversations that were there and have more now, or are newer.</summary>
    public int Changed { get; init; }

    /// <summary>Conversations that were there as they are in the file.</summary>
    public int Unchanged { get; init; }

    /// <summary>Conversations that were left alone because a reply is being written in them: the same import later takes them.</summary>
    public int Busy { get; init; }

    /// <summary>Conversations of the file that have no message.</summary>
    public int Empty { get; init; }

    /// <summary>Messages in the conversations that were taken, known ones among them.</summary>
    public long Messages { get; init; }

    /// <summary>Spans that were not there before.</summary>
    public long Spans { get; init; }

    /// <summary>Spans that were there.</summary>
    public long KnownSpans { get; init; }

    /// <summary>Spans that were left out because they are of before what is kept.</summary>
    public long OldSpans { get; init; }

    /// <summary>What ended it before its time; null where nothing did. What was taken until then stays.</summary>
    public Exception? Fault { get; init; }

    /// <summary>Settings that were taken.</summary>
    public int Settings { get; init; }

    /// <summary>Settings that were not taken, and why, a sentence each.</summary>
    public ImmutableArray<string> SettingFaults { get; init; } = [];

    /// <summary>All that was not taken of conversations and traces, by kind.</summary>
    public ImmutableArray<NotTaken> NotTaken { get; init; } = [];

    /// <summary>The first conversations of which something was not taken.</summary>
    public ImmutableArray<LossyConversation> Lossy { get; init; } = [];

    /// <summary>How many conversations something was not taken of.</summary>
    public int LossyCount { get; init; }

    /// <summary>Whether it was stopped: what was taken until then stays, and the same import goes on with the rest.</summary>
    public bool IsCancelled { get; init; }
}

/// <summary>A conversation of which something was not taken.</summary>
/// <param name="Id">Its id here.</param>
/// <param name="Title">Its title.</param>
/// <param name="NotTaken">What was not.</param>
public sealed record LossyConversation(string Id, string Title, ImmutableArray<NotTaken> NotTaken);

/// <summary>How far an import is.</summary>
/// <param name="IsChecking">Whether the file is still being looked at; nothing was taken yet.</param>
/// <param name="Share">How much of that is done, 0 to 1.</param>
/// <param name="Conversations">Conversations so far.</param>
/// <param name="Spans">Spans so far.</param>
public sealed record ImportProgress(bool IsChecking, double Share, int Conversations, long Spans);
