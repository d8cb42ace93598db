using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Storage;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Storage.Fixtures;

/// <summary>
/// Databases of earlier versions, each made by that version's own code, open with all that is in them. Who changes the schema makes one more
/// beforehand, with <c>STUDIO_FIXTURE_TO=OllamaStudio.Tests/Storage/Fixtures dotnet test --filter FullyQualifiedName~EarlierVersion</c>, and
/// adds its number here.
/// </summary>
public sealed class EarlierVersionTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    public async Task A_database_of_an_earlier_version_opens_with_all_that_is_in_it(int version)
    {
        await using var files = new StoreFixture(open: false);
        files.Folder.Create();
        File.Copy(Path.Combine(Repository.Root, "OllamaStudio.Tests/Storage/Fixtures", NameOf(version)), files.Folder.Combine(StudioDatabase.FileName));
        files.Open();
        await StoreSample.AssertAsync(files);
        Assert.Equal("ok", files.Database.Read(static connection => connection.ExecuteScalar<string>("PRAGMA integrity_check"), ""));
        Assert.Equal(version == Migrator.Latest ? 0 : 1, Directory.Exists(files.Folder.Combine("backups")) ? Directory.GetFiles(files.Folder.Combine("backups")).Length : 0);
    }

    [Fact]
    public async Task This_version_makes_one_that_opens_too()
    {
        await using var files = new StoreFixture();
        await StoreSample.WriteAsync(files);
        if (Environment.GetEnvironmentVariable("STUDIO_FIXTURE_TO") is { Length: > 0 } folder)
        {
            var made = Path.Combine(Repository.Root, folder, NameOf(Migrator.Latest));
            File.Delete(made);
            await files.Writer.MaintainAsync(connection => connection.Execute("VACUUM INTO @made", new { made }));
            await using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = made, Pooling = false }.ToString());
            await copy.OpenAsync();
            await copy.ExecuteAsync("PRAGMA journal_mode = WAL"); // as a studio leaves it
        }

        await files.RestartAsync();
        await StoreSample.AssertAsync(files);
    }

    private static string NameOf(int version) => FormattableString.Invariant($"studio-{version:0000}.db");
}
