using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>Writes all conversations into an archive.</summary>
public sealed class DataExport(Conversations conversations, SettingsService settings, TimeProvider time)
{
    /// <summary>Writes it. Conversations that are deleted or temporary are not in it; one that is being written to is in it as it stands.</summary>
    /// <param name="stream">Where to; need not seek, stays open.</param>
    /// <param name="withSettings">Whether the settings that were saved are in it, too: never secrets, nor the access token.</param>
    /// <param name="progress">Told how many conversations have been written, of how many.</param>
    /// <param name="cancellationToken">Stops it; what was written then is no archive.</param>
    /// <exception cref="Primitives.StoreUnreadableException">It is not known what is stored, and nothing was written; or one of them cannot be read now.</exception>
    public async Task WriteAsync(Stream stream, bool withSettings, IProgress<(int Done, int Total)>? progress, CancellationToken cancellationToken)
    {
        var all = conversations.AllOrThrow().Where(static summary => !summary.IsTemporary).ToList();
        var archive = await ArchiveWriter.CreateAsync(stream, time, cancellationToken).ConfigureAwait(false);
        await using (archive.ConfigureAwait(false))
        {
            foreach (var (done, summary) in all.Index())
            {
                progress?.Report((done, all.Count));
                cancellationToken.ThrowIfCancellationRequested();
                if (conversations.FindDocument(summary.Id) is { Messages.IsEmpty: false } conversation)
                {
                    await archive.AddAsync(conversation, cancellationToken).ConfigureAwait(false);
                }
            }

            progress?.Report((all.Count, all.Count));
            if (withSettings)
            {
                await archive.AddSettingsAsync(SettingsTransfer.Write(settings), cancellationToken).ConfigureAwait(false);
            }

            await archive.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
