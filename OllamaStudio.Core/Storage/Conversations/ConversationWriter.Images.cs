using Dapper;
using Microsoft.Data.Sqlite;

namespace OllamaStudio.Core.Storage.Conversations;

/// <content>The files of images that nobody has any more.</content>
internal sealed partial class ConversationWriter
{
    /// <summary>Deletes images that nothing refers to any more; what referred to them was deleted in an earlier transaction.</summary>
    public void DeleteUnusedImages(SqliteConnection connection)
    {
        foreach (var hash in connection.Query<string>("""
            SELECT hash FROM image WHERE NOT EXISTS (SELECT 1 FROM tool_image WHERE tool_image.hash = image.hash)
            AND NOT EXISTS (SELECT 1 FROM attachment WHERE attachment.hash = image.hash) AND NOT EXISTS (SELECT 1 FROM draft_attachment WHERE draft_attachment.hash = image.hash)
            """).AsList())
        {
            // In this order: a file that is gone is written again with the next message that has it.
            if (images.TryDelete(hash))
            {
                connection.Execute("DELETE FROM image WHERE hash = @hash", new { hash });
            }
        }
    }

    /// <summary>Deletes those of these files that belong to no image, and what was begun of one and not ended. Nobody writes one meanwhile: that is done on this thread.</summary>
    /// <remarks>Nothing where there were images before the database: they are of another one, which may come back.</remarks>
    public void DeleteStrayImages(SqliteConnection connection, IEnumerable<string> names)
    {
        if (connection.ExecuteScalar<long>("SELECT count(*) FROM studio WHERE key = @KeepsImages", new { Migrator.KeepsImages }) > 0)
        {
            return;
        }

        foreach (var name in names)
        {
            if (name != ImageFiles.HashOf(name) || connection.ExecuteScalar<long>("SELECT count(*) FROM image WHERE hash = @name", new { name }) == 0)
            {
                images.TryDelete(name);
            }
        }
    }

    /// <summary>The files of images that are there now.</summary>
    public IReadOnlyList<string> ListImages() => images.List();
}
