using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace OllamaStudio.Core.Storage;

/// <content>The file with its log, as files.</content>
public sealed partial class StudioDatabase
{
    private const UnixFileMode PrivateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly string[] s_ends = ["", "-wal", "-shm"];

    // One that was copied here, or made by a tool, may be for everybody's eyes; -wal and -shm that are made later take its mode.
    private void MakePrivate()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var path in s_ends.Select(end => Path + end).Where(File.Exists))
        {
            try
            {
                if (File.GetUnixFileMode(path) is var mode && (mode | PrivateMode) != PrivateMode)
                {
                    File.SetUnixFileMode(path, PrivateMode);
                }
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                LogNotPrivate(_logger, path); // another user's file that this one may write: it is used all the same
            }
        }
    }

    /// <summary>Whether there is surely no file, and has been none: in a folder that cannot be written, say. Then nothing is stored.</summary>
    internal bool IsAbsent
    {
        get
        {
            try
            {
                return _reading is null && Directory.Exists(_folder.Path) && !Directory.EnumerateFiles(_folder.Path, FileName).Any();
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                return false; // nobody may look
            }
        }
    }

    /// <summary>Deletes the file with its log. The connection that writes is closed.</summary>
    internal void Delete()
    {
        Close();
        foreach (var end in s_ends)
        {
            File.Delete(Path + end);
        }
    }

    /// <summary>Keeps a broken file with its log aside, under a name that tells when.</summary>
    internal void KeepAside(SqliteException problem)
    {
        Close();
        var aside = string.Create(CultureInfo.InvariantCulture, $"{Path}{BrokenMark}{_time.GetUtcNow():yyyyMMdd-HHmmss-fff}");
        foreach (var end in s_ends)
        {
            if (File.Exists(Path + end))
            {
                File.Move(Path + end, aside + end);
            }
        }

        SetAside = [.. SetAside, aside];
        LogKeptAside(_logger, aside, problem.SqliteErrorCode);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The database was broken (SQLite error {Code}) and is kept as {Path}; an empty one takes its place")]
    private static partial void LogKeptAside(ILogger logger, string path, int code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} can be read by others, and that cannot be changed: it belongs to another user")]
    private static partial void LogNotPrivate(ILogger logger, string path);
}
