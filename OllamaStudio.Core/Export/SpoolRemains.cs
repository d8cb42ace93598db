using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Spools of destinations that the settings do not have at start, such as one that a variable made before: what they hold is sent when the
/// destination is back, and deleted when it is as old as any spool keeps. No books count it; the log tells of it.
/// </summary>
internal static partial class SpoolRemains
{
    /// <summary>Deletes what is too old and tells of the rest. Takes a moment for each file.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="known">Ids of the destinations that there are.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="logger">Is told.</param>
    public static void Sweep(DataFolder data, IReadOnlySet<string> known, DateTimeOffset now, ILogger logger)
    {
        try
        {
            var spools = new DirectoryInfo(data.Combine(Spool.FolderName));
            foreach (var folder in spools.Exists ? spools.EnumerateDirectories().Where(folder => !known.Contains(folder.Name)) : [])
            {
                var files = folder.GetFiles().ToLookup(file => now.UtcDateTime - file.LastWriteTimeUtc > Spool.MaxAge);
                var (old, left, bytes) = (files[true].ToList(), files[false].Count(), files[false].Sum(static file => file.Length));
                old.ForEach(static file => file.Delete());
                if (old.Count > 0)
                {
                    LogDeleted(logger, old.Count, folder.Name);
                }

                if (left > 0)
                {
                    LogLeft(logger, left, bytes, folder.FullName, folder.Name);
                }
                else
                {
                    folder.Delete();
                }
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            LogProblem(logger, problem.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Files} files ({Bytes} bytes) of unsent spans are in {Folder} for a destination that is not in the settings: they are sent when {Id} is back, and deleted after three days")]
    private static partial void LogLeft(ILogger logger, int files, long bytes, string folder, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Files} files of unsent spans of the destination {Id}, which is not in the settings, were older than three days and are deleted")]
    private static partial void LogDeleted(ILogger logger, int files, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Spools of former destinations cannot be looked through: {Problem}")]
    private static partial void LogProblem(ILogger logger, string problem);
}
