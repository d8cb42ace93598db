using Dapper;
using Microsoft.Data.Sqlite;

namespace OllamaStudio.Core.Storage;

/// <summary>The indexes of words and characters: all of what they hold stands in the tables that they are made from.</summary>
internal static class SearchIndexes
{
    /// <summary>Makes those that are damaged anew; all where none says so. Takes about a minute for a million messages, the connection's user waits.</summary>
    /// <param name="connection">The writer's, outside of a transaction.</param>
    /// <returns>The names of those that were made anew.</returns>
    public static IReadOnlyList<string> Rebuild(SqliteConnection connection)
    {
        var all = connection.Query<string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE% USING fts5(%'").AsList();
        var damaged = all.Where(index => !IsSound(connection, index)).ToList();
        var rebuilt = damaged.Count == 0 ? all : damaged; // one that does not fit its table is sound in itself
        foreach (var index in rebuilt)
        {
            connection.Execute($"INSERT INTO {index} ({index}) VALUES ('rebuild')", commandTimeout: 0);
        }

        return rebuilt;
    }

    private static bool IsSound(SqliteConnection connection, string index)
    {
        try
        {
            connection.Execute($"INSERT INTO {index} ({index}) VALUES ('integrity-check')", commandTimeout: 0);
            return true;
        }
        catch (SqliteException problem) when (StoreTroubles.Of(problem) is StoreTrouble.Index)
        {
            return false;
        }
    }
}
