namespace OllamaStudio.Core.Insights;

/// <summary>Queries that a person gave a name. Safe to use from any thread.</summary>
public interface ISavedQueries
{
    /// <summary>Longest name, in characters.</summary>
    const int MaxNameLength = 60;

    /// <summary>All of them, by name; of very many the first 200.</summary>
    IReadOnlyList<SavedQuery> Read();

    /// <summary>Keeps a query; one of the same name goes. Ends when it is stored.</summary>
    Task SaveAsync(SavedQuery query);

    /// <summary>Forgets the query of that name, if there is one. Ends when it is gone.</summary>
    Task DeleteAsync(string name);
}

/// <summary>A query that a person gave a name.</summary>
/// <param name="Name">Its name, in whatever case.</param>
/// <param name="Address">What <see cref="TraceQuery.Address"/> says of it.</param>
public sealed record SavedQuery(string Name, string Address);
