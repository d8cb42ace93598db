using System.Collections.Immutable;

namespace OllamaStudio.Core.Insights;

/// <summary>What changed at one moment: of the server for all models, or of one model.</summary>
/// <param name="Time">When it was first used, UTC.</param>
/// <param name="Model">The model; null where it is the server that changed.</param>
/// <param name="Marks">What is different, at least one.</param>
public sealed record SetupChange(DateTimeOffset Time, string? Model, ImmutableArray<ChangeMark> Marks)
{
    /// <summary>The changes that marks tell of, oldest first. Every model's first call tells of a new server, and it is one change.</summary>
    public static ImmutableArray<SetupChange> Of(IReadOnlyList<ChangeMark> marks)
    {
        ArgumentNullException.ThrowIfNull(marks);
        var changes = new List<SetupChange>();
        string? version = null;
        foreach (var mark in marks.Where(static mark => mark.What is ChangeKind.Version).OrderBy(static mark => mark.Time))
        {
            if (mark.After != version)
            {
                changes.Add(new SetupChange(mark.Time, null, [mark]));
                version = mark.After;
            }
        }

        changes.AddRange(marks.Where(static mark => mark.What is not ChangeKind.Version).GroupBy(static mark => (mark.Time, mark.Model))
            .Select(static same => new SetupChange(same.Key.Time, same.Key.Model, [.. same.OrderBy(static mark => mark.What)])));
        return [.. changes.OrderBy(static change => change.Time).ThenBy(static change => change.Model, StringComparer.Ordinal)];
    }
}
