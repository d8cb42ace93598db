using Dapper;
using OllamaStudio.Core.Insights;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>Keeps the queries that a person gave a name.</summary>
internal sealed class SavedQueryStore(StudioDatabase database, StoreWriter writer) : ISavedQueries
{
    /// <inheritdoc />
    public IReadOnlyList<SavedQuery> Read() => database.Read<IReadOnlyList<SavedQuery>>(
        static connection => [.. connection.Query<SavedQuery>("SELECT name AS Name, query AS Address FROM saved_query ORDER BY name LIMIT @Most", new { ISavedQueries.Most })], []);

    /// <inheritdoc />
    public Task SaveAsync(SavedQuery query) => writer.WriteAsync(
        connection => connection.Execute(
            """
            INSERT INTO saved_query (name, query) SELECT @Name, @Address WHERE (SELECT count(*) FROM saved_query WHERE name <> @Name) < @Most
            ON CONFLICT DO UPDATE SET name = excluded.name, query = excluded.query
            """, new { query.Name, query.Address, ISavedQueries.Most }),
        bytes: 0, urgent: true);

    /// <inheritdoc />
    public Task DeleteAsync(string name) =>
        writer.WriteAsync(connection => connection.Execute("DELETE FROM saved_query WHERE name = @name", new { name }), 0, urgent: true);
}
