using OllamaStudio.Core.Insights;

namespace OllamaStudio.Core.Storage.Rollups;

/// <summary>A row of <c>rollup</c>.</summary>
internal sealed class RollupRecord
{
    /// <summary>All columns, named as the properties are.</summary>
    public const string Columns =
        """
        step_s AS StepS, start_ns AS StartNs, operation AS Operation, model AS Model, status AS Status, error_type AS ErrorType, source AS Source, service AS Service,
        count AS Count, tokens_in AS TokensIn, tokens_in_with_cache AS TokensInWithCache, tokens_cached AS TokensCached, tokens_out AS TokensOut, cost AS Cost,
        context_count AS ContextCount, context_sum AS ContextSum, context_max AS ContextMax, tool_calls AS ToolCalls, tool_successes AS ToolSuccesses,
        duration AS Duration, first_token AS FirstToken, rate AS Rate
        """;

    /// <summary>Puts one in the place of the one that is there.</summary>
    public const string Insert =
        """
        INSERT OR REPLACE INTO rollup (step_s, start_ns, operation, model, status, error_type, source, service,
          count, tokens_in, tokens_in_with_cache, tokens_cached, tokens_out, cost,
          context_count, context_sum, context_max, tool_calls, tool_successes, duration, first_token, rate)
        VALUES (@StepS, @StartNs, @Operation, @Model, @Status, @ErrorType, @Source, @Service,
          @Count, @TokensIn, @TokensInWithCache, @TokensCached, @TokensOut, @Cost,
          @ContextCount, @ContextSum, @ContextMax, @ToolCalls, @ToolSuccesses, @Duration, @FirstToken, @Rate)
        """;

    // For Dapper.
    public RollupRecord()
    {
    }

    public RollupRecord(RollupStep step, long startNs, RollupKey key) =>
        (StepS, StartNs, Operation, Model, Status, ErrorType, Source, Service) = ((long)step, startNs, key.Operation, key.Model, key.Status, key.ErrorType, key.Source, key.Service);

    public long StepS { get; set; }

    public long StartNs { get; set; }

    public string Operation { get; set; } = "";

    public string Model { get; set; } = "";

    public string Status { get; set; } = "";

    public string ErrorType { get; set; } = "";

    public string Source { get; set; } = "";

    public string Service { get; set; } = "";

    public long Count { get; set; }

    public long? TokensIn { get; set; }

    public long? TokensInWithCache { get; set; }

    public long? TokensCached { get; set; }

    public long? TokensOut { get; set; }

    public double? Cost { get; set; }

    public long ContextCount { get; set; }

    public double ContextSum { get; set; }

    public double? ContextMax { get; set; }

    public long ToolCalls { get; set; }

    public long ToolSuccesses { get; set; }

    public byte[]? Duration { get; set; }

    public byte[]? FirstToken { get; set; }

    public byte[]? Rate { get; set; }

    /// <summary>Takes the sums over.</summary>
    public void Take(Rollup sum)
    {
        (Count, TokensIn, TokensInWithCache, TokensCached, TokensOut, Cost) = (sum.Count, sum.TokensIn, sum.TokensInWithCache, sum.TokensCached, sum.TokensOut, sum.Cost);
        (ContextCount, ContextSum, ContextMax, ToolCalls, ToolSuccesses) = (sum.ContextCount, sum.ContextSum, sum.ContextMax, sum.ToolCalls, sum.ToolSuccesses);
        (Duration, FirstToken, Rate) = (sum.Duration?.ToBytes(), sum.FirstToken?.ToBytes(), sum.Rate?.ToBytes());
    }

    public Rollup ToRollup() => new()
    {
        Count = Count,
        TokensIn = TokensIn,
        TokensInWithCache = TokensInWithCache,
        TokensCached = TokensCached,
        TokensOut = TokensOut,
        Cost = Cost,
        ContextCount = ContextCount,
        ContextSum = ContextSum,
        ContextMax = ContextMax,
        ToolCalls = ToolCalls,
        ToolSuccesses = ToolSuccesses,
        Duration = Read(Duration),
        FirstToken = Read(FirstToken),
        Rate = Read(Rate),
    };

    public RollupKey ToKey() => new(Operation, Model, Status, ErrorType, Source, Service);

    private static Histogram? Read(byte[]? bytes) => bytes is null ? null : Histogram.FromBytes(bytes);
}
