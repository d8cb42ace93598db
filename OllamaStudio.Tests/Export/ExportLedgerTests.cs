using System.Diagnostics;
using OllamaStudio.Core.Export;

namespace OllamaStudio.Tests.Export;

public sealed class ExportLedgerTests
{
    [Fact]
    public void A_trace_counts_as_exported_once_all_its_ended_spans_are()
    {
        var ledger = new ExportLedger();
        var (span, traceId) = Span();
        ledger.Queued(span);
        ledger.Queued(span);
        ledger.Settled([traceId], rejected: 0);
        Assert.Equal(TraceExportState.Waiting, ledger.StateOf(traceId));

        ledger.Settled([traceId], rejected: 0);
        Assert.Equal(TraceExportState.Exported, ledger.StateOf(traceId));
        ledger.Queued(span);
        Assert.Equal(TraceExportState.Waiting, ledger.StateOf(traceId));
    }

    [Fact]
    public void A_trace_that_lost_a_span_stays_failed()
    {
        var ledger = new ExportLedger();
        var (span, traceId) = Span();
        ledger.Queued(span);
        ledger.Dropped(span);
        ledger.Settled([traceId], rejected: 0);

        Assert.Equal(TraceExportState.Failed, ledger.StateOf(traceId));
        Assert.Equal(new ExportCounts { Kept = 1, Exported = 1, Accepted = 1, Dropped = 1 }, ledger.Counts);
    }

    [Fact]
    public void The_oldest_traces_are_forgotten_and_stay_in_the_totals()
    {
        var ledger = new ExportLedger(maxTraces: 2);
        var spans = Enumerable.Range(0, 3).Select(_ => Span()).ToList();
        foreach (var (span, traceId) in spans)
        {
            ledger.Queued(span);
            ledger.Settled([traceId], rejected: 0);
        }

        Assert.Equal(TraceExportState.Unknown, ledger.StateOf(spans[0].TraceId));
        Assert.Equal(TraceExportState.Exported, ledger.StateOf(spans[2].TraceId));
        Assert.Equal(3, ledger.Counts.Exported);
    }

    private static (Activity Span, string TraceId) Span()
    {
        Activity.Current = null;
        var span = new Activity("span").SetIdFormat(ActivityIdFormat.W3C).Start();
        span.Stop();
        return (span, span.TraceId.ToHexString());
    }
}
