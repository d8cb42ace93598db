using System.Globalization;

namespace OllamaStudio.Core.Storage;

/// <summary>A database that this studio must leave as it is. The message says what to do.</summary>
public sealed class StoreRefusedException : Exception
{
    private StoreRefusedException(string message)
        : base(message)
    {
    }

    internal static StoreRefusedException Newer(string path, string? writer) => new(
        $"{path} was written by OllamaStudio {writer ?? "of an unknown version"}, which is newer than this one ({Migrator.StudioVersion}). "
        + "Nothing was changed. Start that version, or set OLLAMASTUDIO_DATA to another folder for this one.");

    internal static StoreRefusedException NoRoom(string folder, long needed, long free) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"The database in {folder} has to be brought to this version, and is backed up first: that takes {needed / 1_000_000:#,0} MB, and {free / 1_000_000:#,0} MB are free. Nothing was changed. Free some space and start again."));
}
