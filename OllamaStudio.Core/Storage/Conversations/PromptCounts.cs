using Dapper;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Storage.Conversations;

/// <summary><see cref="IPromptCounts"/> from the stats of the replies that are stored.</summary>
internal sealed class PromptCounts(StudioDatabase database) : IPromptCounts
{
    // Of all messages the newest so many are looked at: no index finds those of a model.
    private const int LookedAt = 5_000;

    /// <inheritdoc />
    public IReadOnlyList<PromptCount>? Newest(string model, int most) => database.Read<IReadOnlyList<PromptCount>?>(
        connection =>
        [
            .. connection.Query<Row>(
                """
                SELECT json_extract(stats, '$.prompt.characters') AS Characters, json_extract(stats, '$.prompt.tokens') AS Tokens, json_extract(stats, '$.prompt.images') AS Images,
                  json_extract(stats, '$.prompt.reply_characters') AS ReplyCharacters, json_extract(stats, '$.prompt.reply_tokens') AS ReplyTokens
                FROM message
                WHERE key > (SELECT max(key) FROM message) - @LookedAt AND model = @model AND json_type(stats, '$.prompt.tokens') = 'integer' AND json_type(stats, '$.prompt.characters') = 'integer'
                ORDER BY key DESC LIMIT @most
                """,
                new { LookedAt, model, most }).Reverse().Select(static row =>
                    new PromptCount(row.Characters, row.Tokens, row.Images ?? 0) { ReplyCharacters = row.ReplyCharacters, ReplyTokens = row.ReplyTokens }),
        ], without: null);

    private sealed class Row
    {
        public long Characters { get; set; }

        public long Tokens { get; set; }

        public int? Images { get; set; }

        public long? ReplyCharacters { get; set; }

        public long? ReplyTokens { get; set; }
    }
}
