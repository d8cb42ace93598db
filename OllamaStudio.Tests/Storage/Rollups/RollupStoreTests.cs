using CsCheck;
using Dapper;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage;
using OllamaStudio.Core.Storage.Rollups;
using OllamaStudio.Core.Storage.Spans;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Insights.CallSamples;

namespace OllamaStudio.Tests.Storage.Rollups;

public sealed class RollupStoreTests : IAsyncLifetime
{
    private static readonly string[] s_sources = ["chat", "gateway"];

    private readonly StoreFixture _store = new();
    private readonly RollupStore _rollups;

    public RollupStoreTests() => _rollups = new RollupStore(_store.Database, TimeProvider.System);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _rollups.Dispose();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Spans_add_up_in_their_own_minute_hour_and_day_however_late_they_come()
    {
        await AddAsync(Call(1, 59), Root(1, 59));
        await AddAsync(Call(2, 61), Root(2, 61));
        await AddAsync(Call(3, 10), Root(3, 10)); // late

        Assert.Equal([(0, 2), (60, 1)], Counts(RollupStep.Minute));
        Assert.Equal([(10, 1), (50, 1), (60, 1)], Counts(RollupStep.TenSeconds));
        Assert.Equal([(0, 3)], Counts(RollupStep.Hour));
        Assert.Equal([(-12 * 3600, 3)], Counts(RollupStep.Day));
        var calls = Assert.Single(Read(RollupStep.Hour), static row => row.Key.Operation == "chat").Value;
        Assert.Equal((3, 3000, 1200, 600), (calls.Count, calls.TokensIn, calls.TokensCached, calls.TokensOut));
        Assert.Equal((3, 3, 3), (calls.Duration!.Count, calls.FirstToken!.Count, calls.Rate!.Count));
    }

    [Fact]
    public async Task A_model_and_sources_can_be_asked_for_and_the_lab_is_not_among_the_usual()
    {
        await AddAsync(Root(1, 0), Root(2, 0, model: "gemma3:4b"), Root(3, 0, model: "gemma3:4b"), Root(4, 0, source: "lab"));

        Assert.Equal(3, Read(RollupStep.Minute).Sum(static row => row.Value.Count));
        Assert.Equal(2, Read(RollupStep.Minute, "gemma3:4b").Sum(static row => row.Value.Count));
        Assert.Equal(1, _rollups.Read(RollupStep.Minute, At(0), At(60), null, ["lab"]).Sum(static row => row.Value.Count));
        Assert.Equal(["gemma3:4b", "qwen3:8b"], _rollups.ReadModels(s_sources));
        Assert.Equal(At(-12 * 3600), _rollups.First);
    }

    [Fact]
    public async Task What_changed_is_marked_at_the_first_call_with_it()
    {
        await AddAsync(Call(1, 0, version: "0.33.0"), Call(2, 10), Call(3, 20, context: 16384), Call(4, 30, context: null, digest: null, think: "false"), Call(5, 40, context: 16384, think: "false"));

        Assert.Equal(
            [
                (10, ChangeKind.Version, "0.33.0", "0.33.3"),
                (20, ChangeKind.Context, "8192", "16384"),
                (30, ChangeKind.Options, null, "think=false"),
            ],
            Marks());
    }

    [Fact]
    public async Task What_one_conversation_sets_for_itself_is_no_change_of_the_setup()
    {
        SpanRecord Own(SpanRecord call, params string[] names) => call with { Origin = call.Origin! with { OwnParameters = [.. names] } };
        await AddAsync(
            Call(1, 0), Own(Call(2, 10, think: "false"), "think", "seed"), Call(3, 20), Own(Call(4, 30, context: 16384), "num_ctx"), Call(5, 40),
            Own(Call(6, 50, context: 4096, think: "true"), "think"), Call(7, 60, context: 4096, think: "high"));

        Assert.Equal([(50, ChangeKind.Context, "8192", "4096"), (60, ChangeKind.Options, null, "think=high")], Marks());
    }

    [Fact]
    public async Task Each_model_has_its_own_marks_and_failures_and_the_lab_have_none()
    {
        await AddAsync(
            Call(1, 0), Call(2, 10, model: "gemma3:4b", digest: "bbb"), Call(3, 20, context: 4096, source: "lab"), Call(4, 30, context: 4096, status: SpanStatus.Error), Call(5, 40),
            Call(6, 50, model: "gemma3:4b", digest: "ccc"));

        Assert.Equal([(50, ChangeKind.Digest, "bbb", "ccc")], Marks());
        Assert.Empty(_rollups.ReadMarks(At(0), At(3600), "qwen3:8b"));
    }

    [Fact]
    public async Task What_a_trace_told_goes_with_it_and_the_sums_stay()
    {
        await _store.Writer.WriteAsync(connection => SpanBatch.Write(connection, [.. new[] { Call(1, 0), Root(1, 0), Call(2, 10), Root(2, 10) }.Select(static span => new StoredSpan(span))]), bytes: 0);
        Assert.Equal(2, CallCount());

        await _store.Writer.WriteAsync(static connection => connection.Execute("DELETE FROM trace WHERE start_ns < @at", new { at = StoredTime.Of(At(5)) }), bytes: 0);

        Assert.Equal(1, CallCount());
        Assert.Equal([(0, 2)], Counts(RollupStep.Hour));
    }

    [Fact]
    public async Task A_span_that_comes_twice_counts_once()
    {
        StoredSpan[] spans = [new(Root(1, 0)), new(Root(1, 0))];
        await _store.Writer.WriteAsync(connection => SpanBatch.Write(connection, spans), bytes: 0);
        await _store.Writer.WriteAsync(connection => SpanBatch.Write(connection, spans), bytes: 0);

        Assert.Equal([(0, 1)], Counts(RollupStep.Minute));
    }

    [Fact]
    public void What_is_read_is_what_was_summed_up_however_the_spans_were_batched()
    {
        var call = Gen.Select(
            Gen.Int[0, 7_200], OneOf("qwen3:8b", "", "日本語モデル:4b", new string('m', 300)), Gen.Int[0, 5_000], Gen.Int[-1, 900], OneOf<double?>(null, 0, 0.25), Gen.Int[0, 40], Gen.Bool, Gen.Bool);
        Gen.Select(call.Array[1, 30], Gen.Int[1, 30], OneOf<string?>(null, "日本語モデル:4b")).Sample(
            static (made, size, model) =>
            {
                SpanRecord[] spans =
                [
                    .. made.Select(static (one, at) => Call(
                        at + 1, one.Item1, one.Item2, durationMs: 700 + one.Item3, context: one.Item7 ? 8192 : null, tokensIn: one.Item3, cached: one.Item4 < 0 ? null : one.Item4,
                        cost: one.Item5, tokensOut: one.Item6, status: one.Item8 ? SpanStatus.Error : SpanStatus.Ok)),
                    .. made.Select(static (one, at) => Tool(at + 1, one.Item1, one.Item7 ? null : one.Item8)),
                ];
                using var connection = Memory.Open();
                foreach (var batch in spans.Chunk(size))
                {
                    RollupWriter.Add(connection, batch);
                }

                foreach (var step in Enum.GetValues<RollupStep>())
                {
                    var expected = SpanRollups.Of(spans).Where(each => model is null || each.Key.Model == model).GroupBy(each => (Start: RollupWriter.StartOf(step, each.Span.StartTime), each.Key)).Select(static group =>
                    {
                        var sum = new Rollup();
                        foreach (var (_, _, value) in group)
                        {
                            sum.Add(value);
                        }

                        return Say(new RollupRow(StoredTime.Read(group.Key.Start), group.Key.Key, sum));
                    });
                    var read = RollupRows.Read(connection, step, At(-86_400), At(86_400), model, s_sources);
                    Assert.Equal(expected.Order(StringComparer.Ordinal), read.Select(Say).Order(StringComparer.Ordinal));
                    Assert.Equal(read.Select(static row => row.Start).Order(), read.Select(static row => row.Start));
                }
            },
            iter: 60);

        static string Say(RollupRow row) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"""
            {row.Start:O} {row.Key} {row.Value.Count} in {row.Value.TokensIn} {row.Value.TokensInWithCache} {row.Value.TokensCached} out {row.Value.TokensOut} cost {row.Value.Cost}
            context {row.Value.ContextCount} {row.Value.ContextSum:0.000000} {row.Value.ContextMax:0.000000} tools {row.Value.ToolCalls} {row.Value.ToolSuccesses}
            {Bytes(row.Value.Duration)} {Bytes(row.Value.FirstToken)} {Bytes(row.Value.Rate)}
            """);

        static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

        static string Bytes(Histogram? histogram) => histogram is null ? "none" : Convert.ToHexString(histogram.ToBytes());
    }

    [Fact]
    public void Marks_do_not_depend_on_the_order_in_which_calls_come() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int).Array[2, 8].Sample(
            static made =>
            {
                // Each call tells 4k, 8k, or nothing; the marks are where one that tells differs from the one before that tells.
                var contexts = made.Select(static one => one.Item1).ToArray();
                var calls = contexts.Select(static (context, at) => Call(at + 1, at * 10, context: context == 0 ? null : context * 4096));
                var told = contexts.Select(static (context, at) => (context, at)).Where(static call => call.context > 0).ToArray();
                var expected = told.Skip(1).Zip(told).Where(static pair => pair.First.context != pair.Second.context).Select(static pair => pair.First.at * 10).ToArray();
                var shuffled = calls.Zip(made).OrderBy(static pair => pair.Second.Item2).Select(static pair => pair.First);
                using var connection = Memory.Open();
                foreach (var call in shuffled)
                {
                    RollupWriter.Add(connection, [call]);
                }

                return connection.Query<long>("SELECT start_ns FROM change_mark ORDER BY start_ns").Select(static at => (int)((at / 1_000_000_000) - ManualTime.Epoch.ToUnixTimeSeconds())).SequenceEqual(expected);
            },
            iter: 60);

    [Fact]
    public async Task What_is_two_years_old_goes_and_no_more()
    {
        await AddAsync(Call(1, 0), Root(1, 0), Call(2, 86_400, context: 16384), Root(2, 86_400));
        var now = At(43_200) + TimeSpan.FromDays(new StorageSettings().RollupDays);

        var rounds = 0;
        for (var more = true; more; rounds++)
        {
            await _store.Writer.WriteAsync(connection => more = new RollupRetention { AtOnce = 1 }.Trim(connection, new StorageSettings(), now), bytes: 0);
        }

        Assert.Equal(5, rounds); // four steps of ten seconds, and a last look
        Assert.Equal([(86_400, 1)], Counts(RollupStep.Minute));
        Assert.Empty(Read(RollupStep.TenSeconds));
        Assert.Single(Marks());
        Assert.Equal(1, CallCount());
    }

    private int CallCount() => _store.Database.Read(static connection => connection.ExecuteScalar<int>("SELECT count(*) FROM model_call"), 0);

    private Task AddAsync(params SpanRecord[] spans) => _store.Writer.WriteAsync(connection => RollupWriter.Add(connection, spans), bytes: 0);

    private IReadOnlyList<RollupRow> Read(RollupStep step, string? model = null) => _rollups.Read(step, At(-86_400), At(10 * 86_400), model, s_sources);

    private (int At, int Count)[] Counts(RollupStep step) =>
        [.. Read(step).Where(static row => row.Key.Operation == "invoke_agent").Select(static row => ((int)(row.Start - ManualTime.Epoch).TotalSeconds, (int)row.Value.Count))];

    private (int At, ChangeKind What, string? Before, string? After)[] Marks() =>
        [.. _rollups.ReadMarks(At(0), At(10 * 86_400), null).Select(static mark => ((int)(mark.Time - ManualTime.Epoch).TotalSeconds, mark.What, mark.Before, mark.After))];

    /// <summary>A database of its own, as the migration makes it.</summary>
    private static class Memory
    {
        private static readonly string s_script = string.Join('\n', Directory.EnumerateFiles(Path.Combine(Repository.Root, "OllamaStudio.Core/Storage/Migrations")).Order(StringComparer.Ordinal).Select(File.ReadAllText));

        public static Microsoft.Data.Sqlite.SqliteConnection Open()
        {
            var connection = new Microsoft.Data.Sqlite.SqliteConnection("Data Source=:memory:");
            connection.Open();
            connection.Execute(s_script);
            return connection;
        }
    }
}
