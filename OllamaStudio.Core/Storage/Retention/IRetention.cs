using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Storage.Retention;

/// <summary>Something stored that goes by age, count or size.</summary>
internal interface IRetention
{
    /// <summary>Deletes a little of what is beyond the bounds, the oldest first: few enough rows that nobody who writes waits for it.</summary>
    /// <param name="connection">The writer's, in a transaction.</param>
    /// <param name="settings">The bounds.</param>
    /// <param name="now">The time now, UTC.</param>
    /// <returns>Whether something was deleted, so that there may be more.</returns>
    bool Trim(SqliteConnection connection, StorageSettings settings, DateTimeOffset now);
}
