using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Storage;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>A data folder that a newer studio has used, as whoever starts an older one meets it.</summary>
public sealed class NewerDatabaseTests
{
    [Fact]
    public async Task The_studio_ends_with_3_and_names_the_version_that_wrote_it()
    {
        await using var studio = await StudioProcess.StartAsync();
        await studio.StopAsync();
        var path = Path.Combine(studio.DataFolder, StudioDatabase.FileName);
        await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await connection.ExecuteAsync("UPDATE studio SET value = '7.6.5' WHERE key = 'written_by'");
            await connection.ExecuteAsync("PRAGMA user_version = 9999");
        }

        var (exitCode, error) = await StudioProcess.RunToEndAsync([], ("OLLAMASTUDIO_DATA", studio.DataFolder), ("PORT", "0"));

        Assert.Equal(3, exitCode);
        Assert.Contains("was written by OllamaStudio 7.6.5", error, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", error, StringComparison.Ordinal);
    }
}
