using Dapper;
using OllamaStudio.Core.Export.Annotations;
using OllamaStudio.Core.Storage.Spans;

namespace OllamaStudio.Core.Storage.Annotations;

/// <summary><see cref="IAnnotationStore"/> in the database.</summary>
internal sealed class AnnotationStore(StudioDatabase database, StoreWriter writer) : IAnnotationStore
{
    private const string Columns =
        """
        message_id AS MessageId, destination AS Destination, trace_id AS TraceId, label AS Label, score AS Score, explanation AS Explanation, changed_ns AS ChangedNs,
        state AS State, reason AS Reason, tries AS Tries
        """;

    private const int MostBytes = 10_000;

    /// <inheritdoc />
    public Task PutAsync(Annotation annotation, IReadOnlyCollection<string> destinations, DateTimeOffset now) => writer.WriteAsync(
        connection =>
        {
            var isWithdrawn = annotation.Label == Annotation.Withdrawn;
            foreach (var destination in destinations)
            {
                // What was never tried is nowhere, and need not be taken back.
                if (isWithdrawn && connection.Execute("DELETE FROM annotation WHERE message_id = @MessageId AND destination = @destination AND tries = 0", new { annotation.MessageId, destination }) > 0)
                {
                    continue;
                }

                connection.Execute(
                    """
                    INSERT INTO annotation (message_id, destination, trace_id, label, score, explanation, changed_ns, state, tries, due_ns)
                    SELECT @MessageId, @destination, @trace, @Label, @Score, @explanation, @changed, 'waiting', 0, @due
                    WHERE NOT @isWithdrawn OR EXISTS (SELECT 1 FROM annotation WHERE message_id = @MessageId AND destination = @destination)
                    ON CONFLICT (message_id, destination) DO UPDATE SET label = excluded.label, score = excluded.score, explanation = excluded.explanation,
                      changed_ns = max(excluded.changed_ns, annotation.changed_ns + 100), state = 'waiting', reason = NULL, tries = min(annotation.tries, 1), due_ns = excluded.due_ns
                    """,
                    new
                    {
                        annotation.MessageId, destination, trace = StoreId.Bytes(annotation.TraceId), annotation.Label, annotation.Score, explanation = StoredText.Of(annotation.Explanation),
                        changed = StoredTime.Of(annotation.ChangedAt), due = StoredTime.Of(now), isWithdrawn,
                    });
            }
        },
        MostBytes, urgent: true); // as conversations are: what is deleted later is deleted after it

    /// <inheritdoc />
    public IReadOnlyList<AnnotationDelivery> ReadDue(DateTimeOffset now, int most) => Read(
        "WHERE state = 'waiting' AND due_ns <= @now ORDER BY due_ns LIMIT @most", new { now = StoredTime.Of(now), most });

    /// <inheritdoc />
    public DateTimeOffset? NextDue() => database.Read(
        static connection => connection.QuerySingle<long?>("SELECT min(due_ns) FROM annotation WHERE state = 'waiting'") is { } due ? StoredTime.Read(due) : (DateTimeOffset?)null, without: null);

    /// <inheritdoc />
    public IReadOnlyList<AnnotationDelivery> Of(string messageId) => Read("WHERE message_id = @messageId ORDER BY destination", new { messageId });

    /// <inheritdoc />
    public (string SpanId, bool IsSampledOut)? FindRoot(string traceId) => database.Read(
        connection => connection.QuerySingleOrDefault<(byte[]? Root, string? Sampled)>("SELECT root_span, sampled FROM trace WHERE trace = @trace", new { trace = StoreId.Bytes(traceId) }) is { Root: { } root } found
            ? (StoreId.Text(root), found.Sampled == "false") : ((string, bool)?)null,
        without: null);

    /// <inheritdoc />
    public bool IsOfCopy(string messageId, string traceId) => database.Read(
        connection => connection.QueryFirstOrDefault<string?>(
            "SELECT message.id FROM message JOIN conversation ON conversation.key = message.conversation_key WHERE trace_id = @trace AND deleted = 0 ORDER BY message.key LIMIT 1",
            new { trace = StoreId.Bytes(traceId) }) is { } first && first != messageId,
        without: false);

    /// <inheritdoc />
    public Task NoteAsync(AnnotationDelivery tried, AnnotationState state, string? reason, DateTimeOffset due) => writer.WriteAsync(
        connection => connection.Execute(
            state is AnnotationState.Sent && tried.Annotation.Label == Annotation.Withdrawn
                ? "DELETE FROM annotation WHERE message_id = @MessageId AND destination = @Destination AND changed_ns = @changed"
                : """
                  UPDATE annotation SET state = @state, reason = @reason, tries = tries + 1, due_ns = @due
                  WHERE message_id = @MessageId AND destination = @Destination AND changed_ns = @changed
                  """,
            new
            {
                tried.Annotation.MessageId, tried.Destination, changed = StoredTime.Of(tried.Annotation.ChangedAt),
                state = state.ToString().ToLowerInvariant(), reason = StoredText.Of(reason), due = StoredTime.Of(due),
            }),
        MostBytes);

    /// <inheritdoc />
    public Task MakeDueAsync(IReadOnlyCollection<string> destinations, DateTimeOffset now) => writer.WriteAsync(
        connection => connection.Execute(
            "UPDATE annotation SET state = 'waiting', due_ns = @now WHERE state IN ('waiting', 'refused') AND destination IN @destinations", new { now = StoredTime.Of(now), destinations }),
        MostBytes);

    private IReadOnlyList<AnnotationDelivery> Read(string where, object values) => database.Read<IReadOnlyList<AnnotationDelivery>>(
        connection => [.. connection.Query<AnnotationRow>($"SELECT {Columns} FROM annotation {where}", values).Select(static row => row.ToDelivery())], without: []);

    private sealed class AnnotationRow
    {
        public string MessageId { get; set; } = "";

        public string Destination { get; set; } = "";

        public byte[] TraceId { get; set; } = [];

        public string Label { get; set; } = "";

        public double? Score { get; set; }

        public string? Explanation { get; set; }

        public long ChangedNs { get; set; }

        public string State { get; set; } = "";

        public string? Reason { get; set; }

        public long Tries { get; set; }

        public AnnotationDelivery ToDelivery() => new(
            new Annotation
            {
                MessageId = MessageId, TraceId = StoreId.Text(TraceId), Label = Label, Score = Score, Explanation = StoredText.Read(Explanation), ChangedAt = StoredTime.Read(ChangedNs),
            },
            Destination, Enum.Parse<AnnotationState>(State, ignoreCase: true), StoredText.Read(Reason), (int)Tries);
    }
}
