using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Spans;
using OllamaStudio.Tests.Ollama.Golden;
using OllamaStudio.Tests.Storage;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Insights.CallSamples;

namespace OllamaStudio.Tests.Insights;

/// <summary>A week of somebody's work with three models, in which the server was brought up to date and a model was given more context.</summary>
internal static class MadeUpWeek
{
    private const int SlowTurn = 99_000;

    private static readonly (string Model, double Rate)[] s_models = [("qwen3:8b", 42), ("gemma3:4b", 80), ("llama3.1:8b", 48)];

    /// <summary>Its turns, as they ended before <paramref name="now"/>; the same each time.</summary>
    /// <param name="now">The end of the week.</param>
    /// <param name="zone">Where the person is, who sleeps at night.</param>
    public static IEnumerable<SpanRecord> Spans(DateTimeOffset now, TimeZoneInfo zone)
    {
        var random = new SeededRandom(20261126);
        var turn = 1;
        for (var minute = 7 * 24 * 60; minute > 6; minute -= 3)
        {
            var at = now.AddMinutes(-minute);
            var busy = Math.Max(0, Math.Sin((TimeZoneInfo.ConvertTime(at, zone).TimeOfDay.TotalHours - 7) / 15 * Math.PI));
            if (random.Next(1_000) > busy * 1_000)
            {
                continue;
            }

            var (isNew, isWide) = (minute < 4.2 * 24 * 60, minute < 2.1 * 24 * 60);
            var (model, rate) = s_models[random.Next(5) switch { <= 2 => 0, 3 => 1, _ => 2 }];
            var written = 120 + random.Next(300);
            var reading = (isNew ? 420 : 700) + random.Next(500) + (random.Next(25) == 0 ? 1_500 : 0);
            var duration = reading + 30 + (written / (rate * (isNew ? 1 : 0.88) * (0.92 + (random.Next(16) / 100.0))) * 1000);
            var seconds = (at - ManualTime.Epoch).TotalSeconds;
            var fails = random.Next(110) == 0;
            yield return Call(
                turn, seconds, model, duration, isNew ? "0.33.3" : "0.33.0", "sha-" + model, isWide && model == "qwen3:8b" ? 16_384 : 8_192, tokensIn: 1_200 + random.Next(2_600),
                cached: 300 + random.Next(900), tokensOut: written, readingMs: reading, status: fails ? SpanStatus.Error : SpanStatus.Ok);
            if (random.Next(4) == 0)
            {
                yield return Tool(turn, seconds + 1, random.Next(36) != 0);
            }

            yield return Root(turn, seconds, model, duration + 60, fails ? SpanStatus.Error : SpanStatus.Ok, stopped: !fails && random.Next(90) == 0);
            turn++;
        }

        var last = (now.AddMinutes(-6) - ManualTime.Epoch).TotalSeconds;
        yield return Call(SlowTurn, last, durationMs: 14_000, digest: "sha-qwen3:8b", context: 16_384, tokensIn: 2_400, cached: 0, tokensOut: 260, readingMs: 6_200);
        yield return Root(SlowTurn, last, durationMs: 14_100);
    }

    /// <summary>A trace whose prompt had to be read anew.</summary>
    public static string SlowTrace => Web.Traces.SpanSamples.TraceId(SlowTurn);

    /// <summary>Stores it in the folder of a studio that does not run.</summary>
    public static async Task StoreAsync(string folder, DateTimeOffset now, TimeZoneInfo zone)
    {
        await using var store = new StoreFixture(folder: folder);
        await StoreAsync(store, now, zone);
        await store.Writer.StopAsync(CancellationToken.None);
    }

    /// <summary>Stores it.</summary>
    public static Task StoreAsync(StoreFixture store, DateTimeOffset now, TimeZoneInfo zone) =>
        Task.WhenAll(Spans(now, zone).Chunk(500).Select(spans => store.Writer.WriteAsync(connection => SpanBatch.Write(connection, [.. spans.Select(static span => new StoredSpan(span))]), bytes: 0)));
}
