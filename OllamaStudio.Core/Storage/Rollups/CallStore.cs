using Dapper;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Storage.Spans;

namespace OllamaStudio.Core.Storage.Rollups;

/// <summary><see cref="ICallStore"/> in the database.</summary>
internal sealed class CallStore(StudioDatabase database) : ICallStore
{
    private const string Columns =
        """
        trace_id AS TraceId, span_id AS SpanId, start_ns AS StartNs, model AS Model, source AS Source, version AS Version, digest AS Digest,
        context_window AS ContextWindow, options AS Options, tokens_in AS TokensIn, tokens_cached AS TokensCached, tokens_out AS TokensOut,
        duration_ns AS DurationNs, first_token_ns AS FirstTokenNs, queue_ns AS QueueNs, load_ns AS LoadNs, reading_ns AS ReadingNs, writing_ns AS WritingNs
        """;

    /// <inheritdoc />
    public IReadOnlyList<MeasuredCall> OfTrace(string traceId) =>
        Read($"SELECT {Columns} FROM model_call WHERE trace_id = @trace AND imported = 0 ORDER BY start_ns", new { trace = StoreId.Bytes(traceId) });

    /// <inheritdoc />
    public IReadOnlyList<MeasuredCall> Like(MeasuredCall call, bool warm) => Read(
        $"""
        SELECT {Columns} FROM model_call
        WHERE model = @Model AND start_ns < @StartNs AND {CallTable.IsUse} AND version = @Version AND digest = @Digest AND context_window IS @ContextWindow AND options = @Options
          AND warm = @warm AND tokens_in BETWEEN @TokensIn / 2 AND @TokensIn * 2
        ORDER BY start_ns DESC LIMIT @MostCalls
        """,
        new { call.Model, StartNs = StoredTime.Of(call.StartTime), call.Setup.Version, call.Setup.Digest, call.Setup.ContextWindow, call.Setup.Options, warm, call.TokensIn, Baseline.MostCalls });

    /// <inheritdoc />
    public IReadOnlyList<MeasuredCall> Newest(string model, int most) => Read(
        $"""
        SELECT {Columns}, (SELECT session FROM trace WHERE trace.trace = model_call.trace_id) AS Session FROM model_call
        WHERE model = @model AND {CallTable.IsUse} ORDER BY start_ns DESC LIMIT @most
        """,
        new { model, most });

    private IReadOnlyList<MeasuredCall> Read(string sql, object values) =>
        database.Read<IReadOnlyList<MeasuredCall>>(connection => [.. connection.Query<CallRecord>(sql, values).Select(static row => row.ToCall())], without: []);

    private sealed class CallRecord
    {
        public byte[] TraceId { get; set; } = [];

        public byte[] SpanId { get; set; } = [];

        public long StartNs { get; set; }

        public string Model { get; set; } = "";

        public string Source { get; set; } = "";

        public string? Session { get; set; }

        public string? Version { get; set; }

        public string? Digest { get; set; }

        public long? ContextWindow { get; set; }

        public string Options { get; set; } = "";

        public long? TokensIn { get; set; }

        public long? TokensCached { get; set; }

        public long? TokensOut { get; set; }

        public long DurationNs { get; set; }

        public long? FirstTokenNs { get; set; }

        public long? QueueNs { get; set; }

        public long? LoadNs { get; set; }

        public long? ReadingNs { get; set; }

        public long? WritingNs { get; set; }

        public MeasuredCall ToCall() => new()
        {
            TraceId = StoreId.Text(TraceId),
            SpanId = StoreId.Text(SpanId),
            StartTime = StoredTime.Read(StartNs),
            Model = Model,
            Source = Source,
            Session = Session,
            Setup = new ModelSetup(Version, Digest, ContextWindow, Options),
            TokensIn = TokensIn,
            TokensCached = TokensCached,
            TokensOut = TokensOut,
            Duration = StoredTime.ReadDuration(DurationNs),
            FirstToken = Duration(FirstTokenNs),
            Queue = Duration(QueueNs),
            Load = Duration(LoadNs),
            Reading = Duration(ReadingNs),
            Writing = Duration(WritingNs),
        };

        private static TimeSpan? Duration(long? stored) => stored is { } known ? StoredTime.ReadDuration(known) : null;
    }
}
