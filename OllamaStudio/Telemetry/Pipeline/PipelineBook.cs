using System.Collections.Immutable;
using System.Runtime.InteropServices;
using OllamaStudio.Shared;

namespace OllamaStudio.Telemetry.Pipeline;

/// <summary>One line of the books: what one side adds up to, and the other.</summary>
/// <param name="Owner">Whose: the studio's or a destination's.</param>
/// <param name="Left">What there is.</param>
/// <param name="Right">What became of it.</param>
/// <param name="Note">What to know beside the sums; empty for nothing.</param>
/// <param name="IsMoving">Whether spans moved all the while it was counted.</param>
public sealed record PipelineBook(string Owner, ImmutableArray<BookTerm> Left, ImmutableArray<BookTerm> Right, string Note, bool IsMoving = false)
{
    /// <summary>Whether both sides are the same. Each term was counted for itself.</summary>
    public bool Balances => Left.Sum(static term => term.Count) == Right.Sum(static term => term.Count);

    /// <summary>Whether they are not, and that is no wonder: the next count tells.</summary>
    public bool IsCounting => IsMoving && !Balances;

    /// <summary>All lines that can be told: one of which a count is missing is left out, and so is a term that there is nothing of.</summary>
    public static ImmutableArray<PipelineBook> Of(PipelineData data) => [.. Lines(data).OfType<PipelineBook>().Select(line => line with { IsMoving = data.IsMoving })];

    private static IEnumerable<PipelineBook?> Lines(PipelineData data)
    {
        yield return Line("Studio", [new("started", data.Started)], [new("ended", data.Ended), new("running", data.Running)], "every span that began is somewhere");
        yield return Line(
            "Studio", [new("ended", data.Ended)],
            [new("left out", data.LeftOut), new("undecided", data.Held, true), new("dropped", data.Dropped), new("kept", data.Kept)],
            data.KeptByRule is ({ } errors, { } slow) && errors + slow > 0 ? $"{CountText.Of(errors, "trace")} with an error and {CountText.Full(slow)} slow ones kept by rule" : "");
        foreach (var destination in data.Destinations)
        {
            yield return Line(
                destination.Name, [new("kept by the studio", data.Kept)],
                [new("kept", destination.Kept), new("dropped", destination.Dropped), new("not offered", destination.NotOffered, true)],
                destination.NotOffered is > 0 ? "kept while this one was off or not there" : "");
            yield return Line(
                destination.Name, [new("kept", destination.Kept), new("found on disk", destination.Found, true)],
                [new("sent", destination.Sent), new("waiting", destination.Waiting), new("refused", destination.Refused), new("expired", destination.Expired, true)],
                destination.Resent is > 0 and var again ? $"{CountText.Full(again)} sent again beside it, each counted once" : destination.Stored is null ? "accepted, not proved" : "");
            yield return destination.Stored is null ? null : Line(
                destination.Name, [new("sent", destination.Sent)], [new("stored", destination.Stored), new("not yet proved", destination.Unproved), new("not proved any more", destination.LetGo, true)],
                destination.LookUps is { } times ? $"read back {CountText.Of(times, "time")}" : "");
        }
    }

    private static PipelineBook? Line(string of, ImmutableArray<Counted> left, ImmutableArray<Counted> right, string note) =>
        left.Concat(right).Any(static term => term is { Count: null, IsOptional: false }) ? null : new(of, Known(left), Known(right), note);

    private static ImmutableArray<BookTerm> Known(ImmutableArray<Counted> terms) => [.. terms.Where(static term => term.Count is not null).Select(static term => new BookTerm(term.Name, term.Count!.Value))];

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Counted(string Name, long? Count, bool IsOptional = false);
}

/// <summary>A count in a line of the books.</summary>
/// <param name="Name">What it counts.</param>
/// <param name="Count">How many spans.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BookTerm(string Name, long Count);
