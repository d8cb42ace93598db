using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;
using OpenTelemetry;

namespace OllamaStudio.Tests.Export;

/// <summary>A route that was replaced is over: nothing enters, and nothing is sent, kept or counted afterwards.</summary>
[Collection("telemetry")]
public sealed class RouteRetireTests
{
    // The two threads meet at each gate anew. Without the fence in Close one of some thousand meetings goes wrong.
    [Fact]
    public async Task Nobody_is_inside_a_gate_that_was_closed()
    {
        const int Meetings = 100_000;
        var gates = Enumerable.Range(0, Meetings).Select(_ => new EntryGate()).ToArray();
        var closed = new bool[Meetings];
        var (met, inside) = (new int[2], 0);
        var entering = Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < Meetings; i++)
                {
                    Meet(met, 0, i);
                    if (gates[i].TryEnter())
                    {
                        for (var look = 0; look < 20; look++)
                        {
                            inside += Volatile.Read(ref closed[i]) ? 1 : 0;
                        }

                        gates[i].Exit();
                    }
                }
            },
            TaskCreationOptions.LongRunning);
        var closing = Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < Meetings; i++)
                {
                    Meet(met, 1, i);
                    gates[i].Close();
                    Volatile.Write(ref closed[i], true);
                }
            },
            TaskCreationOptions.LongRunning);

        await Task.WhenAll(entering, closing).WaitAsync(OtlpReceiver.Guard);
        Assert.Equal(0, inside);
        Assert.All(gates, gate => Assert.False(gate.TryEnter()));
    }

    [Fact]
    public async Task Every_span_is_counted_once_whatever_a_retirement_cuts_short()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        receiver.Answer = OtlpReceiverAnswer.Hang;
        var data = Directory.CreateTempSubdirectory("ollama-studio-test-").FullName;
        for (var round = 0; round < 20; round++)
        {
            using var destination = new Destination(new AnsweredServers(new DataFolder(data)), TimeProvider.System, NullLogger.Instance);
            destination.Use(ExportPlan.From(new TelemetrySettings
            {
                Destination = new() { Endpoint = receiver.TracesUrl },
                Batch = new() { ScheduledDelayMilliseconds = 50, MaxExportBatchSize = 1, ExportTimeoutMilliseconds = 600_000 },
            }));
            var route = destination.Route!;
            var requests = receiver.Requests;
            for (var i = 0; i < 5; i++)
            {
                destination.Accept(EndedSpan());
            }

            await receiver.WaitForRequestsAsync(requests + 1);
            destination.GiveUpKept();
            var lost = route.Retire(TimeSpan.Zero);
            var (after, status) = (receiver.Requests, destination.Current);

            Assert.Equal((5, 0L, 5L), (lost, status.Waiting, status.Failed));
            Assert.False(route.TryAccept(EndedSpan()));
            Assert.Equal(after, receiver.Requests);
        }

        Directory.Delete(data, recursive: true);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(503)]
    public async Task An_answer_that_comes_after_the_end_is_neither_counted_nor_kept(int status)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var late = new TaskCompletionSource();
        receiver.Answer = OtlpReceiverAnswer.Refuse(status) with { After = late.Task };
        var data = Directory.CreateTempSubdirectory("ollama-studio-test-").FullName;
        var plan = ExportPlan.From(new TelemetrySettings { Destination = new() { Endpoint = receiver.TracesUrl } });
        var (ledger, budget, kept) = (new ExportLedger(), new ByteBudget { Limit = 1_000_000 }, new RequestList());
        using var retries = new RetryQueue(new KeptRequests(kept, budget), ledger, () => null, TimeProvider.System);
        retries.Open(plan.Endpoint);
        using var handler = new OtlpHandler(plan, TimeProvider.System);
        using var client = handler.CreateClient();
        var health = new ExportHealth(TimeProvider.System, plan.Endpoint, new AnsweredServers(new DataFolder(data)));
        using var exporter = new SpanExporter(plan, handler, client, ledger, health, retries, budget);
        var span = EndedSpan();
        Assert.True(exporter.TryReserve(1, SpanSize.Of(span)));
        ledger.Queued(span);
        var exporting = Task.Run(() => exporter.Export(new Batch<Activity>([span], 1)));
        await receiver.WaitForRequestsAsync(1);

        Assert.Equal(1, exporter.Retire());
        late.SetResult();
        await exporting.WaitAsync(OtlpReceiver.Guard);

        Assert.Equal(new ExportCounts { Kept = 1, Refused = 1 }, ledger.Counts);
        Assert.Equal((0, 0L), (kept.Count, budget.Used));
        Directory.Delete(data, recursive: true);
    }

    private static void Meet(int[] met, int who, int meeting)
    {
        Volatile.Write(ref met[who], meeting + 1);
        for (var looks = 0; Volatile.Read(ref met[1 - who]) <= meeting; looks++)
        {
            if (looks > 1000)
            {
                Thread.Yield(); // the other one has no processor
            }
        }
    }

    private static Activity EndedSpan()
    {
        Activity.Current = null;
        var span = new Activity("span") { ActivityTraceFlags = ActivityTraceFlags.Recorded };
        span.SetIdFormat(ActivityIdFormat.W3C).Start().Stop();
        return span;
    }
}
