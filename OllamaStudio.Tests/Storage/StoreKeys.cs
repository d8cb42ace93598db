using Dapper;

namespace OllamaStudio.Tests.Storage;

/// <summary>Rows of a test's own in a store's database, and what is to be found of them.</summary>
internal static class StoreKeys
{
    public const string Insert = "INSERT INTO studio (key, value) VALUES (@key, @value)";

    public static Task Put(StoreFixture store, string key, string value = "") => store.Writer.WriteAsync(
        connection => connection.Execute(Insert, new { key, value }), 10);

    public static List<string> Keys(StoreFixture store) =>
        store.Database.Read(static connection => connection.Query<string>("SELECT key FROM studio WHERE length(key) = 1 ORDER BY key").ToList(), []);

    public static async Task<bool> Ended(Task task)
    {
        await task;
        return true;
    }
}
