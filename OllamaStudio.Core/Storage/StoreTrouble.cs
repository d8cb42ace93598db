using Microsoft.Data.Sqlite;

namespace OllamaStudio.Core.Storage;

/// <summary>Whose fault an error of SQLite is.</summary>
internal enum StoreTrouble
{
    /// <summary>The statement's own: a bug.</summary>
    None,

    /// <summary>The disk is full, the folder read-only, the file gone. It may pass.</summary>
    Outside,

    /// <summary>The file is no database, or a broken one.</summary>
    Broken,

    /// <summary>An index of words is damaged, and nothing else: it can be made anew.</summary>
    Index,
}

/// <summary>Tells whose fault an error is, and says it in words.</summary>
internal static class StoreTroubles
{
    // Primary result codes of https://sqlite.org/rescode.html
    private const int Permission = 3;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int CorruptVirtualTable = Corrupt | (1 << 8);
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Protocol = 15;
    private const int Constraint = 19;
    private const int NotADatabase = 26;

    /// <summary>What a person reads while an index is made anew.</summary>
    public const string IndexRebuilt = "the index of the search was damaged and is being rebuilt";

    /// <summary>Whose fault it is.</summary>
    public static StoreTrouble Of(Exception problem) => problem switch
    {
        SqliteException { SqliteExtendedErrorCode: CorruptVirtualTable or Constraint } => StoreTrouble.Index, // FTS5's tables are the only ones that tell no more than that
        SqliteException { SqliteErrorCode: Corrupt or NotADatabase } => StoreTrouble.Broken,
        SqliteException { SqliteErrorCode: Permission or Busy or Locked or ReadOnly or InputOutput or Full or CannotOpen or Protocol } => StoreTrouble.Outside,
        IOException or UnauthorizedAccessException or StoreRefusedException => StoreTrouble.Outside,
        _ => StoreTrouble.None,
    };

    /// <summary>What stands in the way, for a person; without a full stop.</summary>
    public static string Describe(Exception problem, string folder) => problem switch
    {
        SqliteException { SqliteExtendedErrorCode: CorruptVirtualTable or Constraint } => IndexRebuilt,
        SqliteException { SqliteErrorCode: Full } => $"the disk that holds {folder} is full",
        SqliteException { SqliteErrorCode: ReadOnly or Permission or CannotOpen } or UnauthorizedAccessException => $"{folder} cannot be written",
        SqliteException { SqliteErrorCode: Busy or Locked } => "another program has locked the database",
        SqliteException { SqliteErrorCode: not (InputOutput or Protocol or Corrupt or NotADatabase) } other => FormattableString.Invariant($"the database reported an error (SQLite {other.SqliteExtendedErrorCode})"),
        SqliteException sqlite => FormattableString.Invariant($"the disk that holds {folder} reported an error (SQLite {sqlite.SqliteExtendedErrorCode})"),
        _ => problem.Message.TrimEnd('.'),
    };

    /// <summary>Why something cannot be read, and what to do: sentences for a person.</summary>
    public static string DescribeRead(Exception problem, string folder) => Of(problem) switch
    {
        StoreTrouble.Broken => $"The database in {folder} seems to be damaged. If all of it is, the status bar says so; a backup can be restored in the settings, under Your data.",
        StoreTrouble.Index => $"The database in {folder} cannot be read now: {IndexRebuilt}. Try again in a minute.",
        _ => $"The database in {folder} cannot be read now: {Describe(problem, folder)}. Try again in a moment.",
    };

    /// <summary>What a look through a file that is damaged fails with.</summary>
    /// <param name="areIndexes">Whether nothing is but indexes of words.</param>
    public static SqliteException Broken(bool areIndexes) => new("The database is damaged.", Corrupt, areIndexes ? CorruptVirtualTable : Corrupt);
}
