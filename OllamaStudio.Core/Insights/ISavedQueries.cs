namespace OllamaStudio.Core.Insights;

/// <summary>Queries that a person gave a name. Safe to use from any thread.</summary>
public interface ISavedQueries
{
    /// <summary>Longest name, in characters.</summary>
    const int MaxNameLength = 60;

    /// <summary>Most of them.</summary>
    const int Most = 200;

    /// <summary>All of them, by name.</summary>
    IReadOnlyList<SavedQuery> Read();

    /// <summary>Keeps a query; one of the same name goes. One beyond <see cref="Most"/> is not kept: who asks sees to it. Ends when it is stored.</summary>
    Task SaveAsync(SavedQuery query);

    /// <summary>Forgets the query of that name, if there is one. Ends when it is gone.</summary>
    Task DeleteAsync(string name);
}

/// <summary>A query that a person gave a name.</summary>
/// <param name="Name">Its name, in whatever case.</param>
/// <param name="Address">What <see cref="TraceQuery.Address"/> says of it.</param>
public sealed record SavedQuery(string Name, string Address);
