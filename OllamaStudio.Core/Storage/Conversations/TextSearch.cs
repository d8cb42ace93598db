using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Chat;
using SQLitePCL;

namespace OllamaStudio.Core.Storage.Conversations;

/// <summary>
/// Looks for a query in all texts and in the names of attached files, newest messages first: by the index of words, by that of three characters, or,
/// where there are fewer, through the newest messages themselves. Names are few and short, and in no index; what is in the files is not in the database. It reads rows one by one and stops when it has enough, so that a common word costs no more than a rare one.
/// </summary>
/// <param name="connection">A reader.</param>
/// <param name="query">What is looked for.</param>
/// <param name="isWanted">Whether a conversation, by its id, counts.</param>
/// <param name="cancellationToken">Gives up.</param>
/// <param name="mostTexts">Texts that are read because an index can not tell alone.</param>
/// <param name="mostRows">Rows of an index that are taken.</param>
internal sealed class TextSearch(
    SqliteConnection connection, ConversationQuery query, Func<string, bool> isWanted, CancellationToken cancellationToken,
    int mostTexts = TextSearch.MostTexts, int mostRows = TextSearch.MostRows)
{
    /// <summary>Messages that are looked through where no index helps.</summary>
    internal const int Newest = 10_000;

    // The column of a row where its three texts begin.
    private const int FirstText = 3;

    private const int MostTexts = 20_000;
    private const int MostRows = 50_000;

    private readonly Dictionary<long, Found> _found = [];
    private readonly HashSet<long> _unwanted = [];
    private readonly TextSieve _texts = new(query);

    // An index of single words or characters can not tell whether they stand together.
    private bool _mustRead = query.IsSubstrings || query.Terms.Any(static term => term.Words.Length > 1);

    /// <summary>Finds up to so many conversations.</summary>
    public StoredHits Find(int most)
    {
        // In one state of the file, whatever is written meanwhile.
        using var state = connection.BeginTransaction(deferred: true);
        try
        {
            if (query.IsShort)
            {
                return Answer(LookThrough(most), most);
            }

            var lookedAt = FindByIndex(most);
            return Answer(lookedThrough: null, most) with { LookedAt = lookedAt };
        }
        catch (SqliteException problem) when (StoreTroubles.Of(problem) is StoreTrouble.Index)
        {
            _found.Clear();
            _mustRead = true;
            return Answer(LookThrough(most), most) with { IsIndexDamaged = true };
        }
    }

    private StoredHits Answer(int? lookedThrough, int most) =>
        new([.. _found.OrderByDescending(static found => found.Value.Newest).Take(most).Select(found => Describe(found.Key, found.Value))]) { LookedThrough = lookedThrough };

    /// <summary>Takes what an index finds.</summary>
    /// <returns>How many of its finds were looked at, where those were not all; else null.</returns>
    private int? FindByIndex(int most)
    {
        if (Match() is { Length: > 0 } match)
        {
            var kind = query.IsSubstrings ? "grams" : "words";
            var ofMessages = Collect(Read($"""
                SELECT message.key AS message_key, NULL AS call_key, conversation_key{Texts("message.text, message.thinking, ''")} FROM message_{kind} CROSS JOIN message ON message.key = message_{kind}.rowid
                WHERE message_{kind} MATCH @match ORDER BY message_{kind}.rowid DESC
                """, match), most);
            var ofCalls = Collect(Read($"""
                SELECT message_key, tool_call.key AS call_key, conversation_key{Texts("tool_call.name, tool_call.arguments, tool_call.result")} FROM call_{kind} CROSS JOIN tool_call ON tool_call.key = call_{kind}.rowid CROSS JOIN message ON message.key = message_key
                WHERE call_{kind} MATCH @match ORDER BY call_{kind}.rowid DESC
                """, match), most);
            var ofNames = CollectNames(0, most);
            return ofMessages ?? ofCalls ?? ofNames;
        }

        return null;
    }

    private int? LookThrough(int most)
    {
        var oldest = connection.ExecuteScalar<long?>("SELECT key FROM message ORDER BY key DESC LIMIT 1 OFFSET @Newest", new { Newest });
        Collect(connection.Query<Row>($"SELECT key AS message_key, NULL AS call_key, conversation_key{Texts("message.text, message.thinking, ''")} FROM message WHERE key > @oldest ORDER BY key DESC", new { oldest = oldest ?? 0 }, buffered: false), most);
        Collect(connection.Query<Row>($"""
            SELECT message_key, tool_call.key AS call_key, conversation_key{Texts("tool_call.name, tool_call.arguments, tool_call.result")} FROM message CROSS JOIN tool_call ON message_key = message.key
            WHERE message.key > @oldest ORDER BY message.key DESC
            """, new { oldest = oldest ?? 0 }, buffered: false), most);
        CollectNames(oldest ?? 0, most);
        return oldest is null ? null : Newest;
    }

    private int? CollectNames(long oldest, int most) => Collect(connection.Query<Row>("""
        SELECT message_key, NULL AS call_key, attachment.id AS file_id, conversation_key, name AS first, '' AS second, '' AS third
        FROM attachment CROSS JOIN message ON message.key = message_key WHERE message_key > @oldest ORDER BY message_key DESC
        """, new { oldest }, buffered: false), most, mustRead: true);

    /// <summary>Takes rows until there are enough conversations.</summary>
    /// <returns>After how many it gave up; null where it did not.</returns>
    private int? Collect(IEnumerable<Row> rows, int most) => Collect(rows, most, _mustRead);

    private int? Collect(IEnumerable<Row> rows, int most, bool mustRead)
    {
        var (taken, read, texts) = (0, 0, 0);
        HashSet<long> conversations = [];
        try
        {
            foreach (var row in rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (++read > mostRows)
                {
                    return mostRows;
                }

                if (taken >= most && !conversations.Contains(row.ConversationKey))
                {
                    break;
                }

                if (_unwanted.Contains(row.ConversationKey))
                {
                    continue;
                }

                if (mustRead && ++texts > mostTexts)
                {
                    return mostTexts;
                }

                if (!row.IsOut && (!mustRead || query.IsIn(StoredText.Read(row.First), StoredText.Read(row.Second), StoredText.Read(row.Third))) && Add(row) && conversations.Add(row.ConversationKey))
                {
                    taken++;
                }
            }
        }
        catch (SqliteException problem) when (problem.SqliteErrorCode == raw.SQLITE_ERROR)
        {
            // A letter that SQLite's older Unicode does not know parts what is one word here: no index has such words.
        }

        return null;
    }

    // Of a phrase of frequent words thousands of texts are read, nearly none of which has it: those are told without making anything of them.
    private IEnumerable<Row> Read(string sql, string match)
    {
        if (!_mustRead)
        {
            foreach (var row in connection.Query<Row>(sql, new { match }, buffered: false))
            {
                yield return row;
            }

            yield break;
        }

        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("@match", match);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = reader.Handle!;
            var found = new Row { MessageKey = raw.sqlite3_column_int64(row, 0), CallKey = row.IsNull(1) ? null : raw.sqlite3_column_int64(row, 1), ConversationKey = raw.sqlite3_column_int64(row, 2) };
            yield return _texts.MayHave(row, FirstText)
                ? found with { First = row.Text(FirstText) ?? "", Second = row.Text(FirstText + 1) ?? "", Third = row.Text(FirstText + 2) ?? "" }
                : found with { IsOut = true };
        }
    }

    private bool Add(Row row)
    {
        if (!_found.TryGetValue(row.ConversationKey, out var found))
        {
            var id = connection.QuerySingleOrDefault<string>("SELECT id FROM conversation WHERE key = @ConversationKey AND deleted = 0", row);
            if (id is null || !isWanted(id))
            {
                _unwanted.Add(row.ConversationKey);
                return false;
            }

            _found.Add(row.ConversationKey, found = new Found(id));
        }

        found.Rows.Add(row with { First = "", Second = "", Third = "" });
        return true;
    }

    // With the row, where they are looked at.
    private string Texts(string columns) => _mustRead ? ", " + string.Join(", ", columns.Split(", ").Zip(["first", "second", "third"], static (column, name) => $"{column} AS {name}")) : "";

    private string[] TextsOf(Row row)
    {
        var texts = row.FileId is not null
            ? connection.QuerySingle<(string, string, string)>("SELECT name, '', '' FROM attachment WHERE id = @FileId", row)
            : row.CallKey is not null
            ? connection.QuerySingle<(string, string, string)>("SELECT name, arguments, result FROM tool_call WHERE key = @CallKey", row)
            : connection.QuerySingle<(string, string, string)>("SELECT text, thinking, '' FROM message WHERE key = @MessageKey", row);
        return [StoredText.Read(texts.Item1), StoredText.Read(texts.Item2), StoredText.Read(texts.Item3)];
    }

    private StoredHit Describe(long conversationKey, Found found)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var rows = found.Rows.OrderBy(static row => row.MessageKey).ThenBy(static row => row.CallKey);
        var shown = FindShown(conversationKey);
        var seen = shown is null ? rows.First() : rows.FirstOrDefault(row => shown.Contains(row.MessageKey));
        var hit = seen ?? rows.First();
        var texts = TextsOf(hit);
        return new StoredHit(found.Id, connection.QuerySingle<string>("SELECT id FROM message WHERE key = @MessageKey", hit), IsHidden: seen is null, query.Describe(texts) ?? new FoundText("", query.Text));
    }

    /// <summary>The messages that are shown; null where all are.</summary>
    private HashSet<long>? FindShown(long conversationKey)
    {
        if (connection.ExecuteScalar<long>("SELECT EXISTS (SELECT 1 FROM message WHERE conversation_key = @conversationKey AND shown = 0)", new { conversationKey }) == 0)
        {
            return null;
        }

        var replies = connection.Query<Place>("SELECT key, number, parent, shown FROM message WHERE conversation_key = @conversationKey ORDER BY number", new { conversationKey })
            .ToLookup(static place => place.Parent ?? -1);
        HashSet<long> shown = [];
        for (long? at = -1; at is { } parent;)
        {
            var next = replies[parent].LastOrDefault(static place => place.Shown != 0) ?? replies[parent].FirstOrDefault();
            at = next?.Number;
            if (next is not null)
            {
                shown.Add(next.Key);
            }
        }

        return shown;
    }

    /// <summary>The query in FTS5's language, each word quoted, so that nothing in it is syntax.</summary>
    private string Match() => query.IsSubstrings
        ? string.Join(" AND ", query.Terms.SelectMany(static term => term.Grams(3)).Select(Quote))
        : string.Join(" AND ", query.Terms.SelectMany(static term => term.Words.Select((word, index) => Quote(word) + (term.IsBeginning && index == term.Words.Length - 1 ? " *" : ""))));

    private static string Quote(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    // Filled by its properties: SQLite tells no type of a column of NULLs.
    private sealed record Row
    {
        public long MessageKey { get; init; }

        /// <summary>Null for the message itself, and its files.</summary>
        public long? CallKey { get; init; }

        /// <summary>Null for anything but the name of an attached file.</summary>
        public string? FileId { get; init; }

        public long ConversationKey { get; init; }

        /// <summary>Whether its texts, which are not here, do not have what is looked for.</summary>
        public bool IsOut { get; init; }

        public string First { get; init; } = "";

        public string Second { get; init; } = "";

        public string Third { get; init; } = "";
    }

    private sealed record Place(long Key, long Number, long? Parent, long Shown);

    private sealed class Found(string id)
    {
        public string Id => id;

        /// <summary>Newest first, calls after messages, and files after those.</summary>
        public List<Row> Rows { get; } = [];

        public long Newest => Rows.Max(static row => row.MessageKey);
    }
}
