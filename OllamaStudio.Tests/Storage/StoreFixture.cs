using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage;

namespace OllamaStudio.Tests.Storage;

/// <summary>A real database in a folder of its own, which can be closed and opened again as a restart of the studio would.</summary>
public sealed class StoreFixture : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly bool _isOwn;

    /// <summary>A new folder, which goes with it; or, where <paramref name="folder"/> names one, that.</summary>
    public StoreFixture(TimeProvider? time = null, bool open = true, string? folder = null)
    {
        _time = time ?? TimeProvider.System;
        _isOwn = folder is null;
        Folder = new DataFolder(folder ?? Path.Combine(Path.GetTempPath(), "studio-store-" + Guid.NewGuid().ToString("N")));
        if (open)
        {
            Open();
        }
    }

    public DataFolder Folder { get; }

    public StudioDatabase Database { get; private set; } = null!;

    public StoreWriter Writer { get; private set; } = null!;

    /// <summary>Opens the database as the studio does at its start.</summary>
    public void Open()
    {
        Database = new StudioDatabase(Folder, _time, NullLogger<StudioDatabase>.Instance);
        Writer = new StoreWriter(Database, Folder, _time, NullLogger<StoreWriter>.Instance);
    }

    /// <summary>Closes it, and opens it again.</summary>
    public async Task RestartAsync()
    {
        await Writer.StopAsync(CancellationToken.None);
        Open();
    }

    /// <summary>Breaks one page of the file under the open database: the first one of a table or an index.</summary>
    public async Task DamageAsync(string table)
    {
        await Writer.CheckpointAsync();
        var (page, size) = Database.Read(connection => (
            connection.ExecuteScalar<long>("SELECT rootpage FROM sqlite_schema WHERE name = @table", new { table }), connection.ExecuteScalar<int>("PRAGMA page_size")));
        Database.Close(); // what readers hold of it
        await using var file = new FileStream(Database.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = (page - 1) * size;
        await file.WriteAsync(Enumerable.Repeat((byte)0xFF, size).ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        if (Writer is not null)
        {
            await Writer.DisposeAsync();
        }

        if (_isOwn && Directory.Exists(Folder.Path))
        {
            Directory.Delete(Folder.Path, recursive: true);
        }
    }
}
