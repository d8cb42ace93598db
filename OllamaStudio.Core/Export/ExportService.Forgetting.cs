namespace OllamaStudio.Core.Export;

/// <content>A person wants everything forgotten: what was not sent yet included.</content>
public sealed partial class ExportService
{
    /// <summary>
    /// Gives up every span that waits to be sent, in memory and on disk, whatever destination it was for: those that the tail sampler holds are left
    /// out, the others count as refused. What ends afterwards is sent as before.
    /// </summary>
    /// <exception cref="IOException">A file of the spool cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    internal async Task ForgetAsync()
    {
        // Also what no destination counts: files that were set aside, and spools of former ones.
        var spool = _data?.Combine(Spool.FolderName);
        string[] files = Directory.Exists(spool) ? Directory.GetFiles(spool, "*", SearchOption.AllDirectories) : [];
        List<Destination> destinations;
        List<Task> ending;
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            _tail.Forget();
            destinations = [.. Entries.Select(static entry => entry.Destination)];
            ending = [.. destinations.Select(static destination => destination.ForgetAsync())];
        }

        await Task.WhenAll(ending);
        lock (_gate)
        {
            // One that was taken out of the settings meanwhile goes on with nothing.
            foreach (var destination in destinations.Intersect(Entries.Select(static entry => entry.Destination)))
            {
                destination.GoOn();
            }
        }

        foreach (var file in files.Where(File.Exists))
        {
            File.Delete(file);
        }

        _signal.Raise();
    }
}
