using System.Diagnostics;
using System.Diagnostics.Metrics;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Telemetry.ModelCalls;

namespace OllamaStudio.Tests.Telemetry;

[Collection("telemetry")]
public sealed class ChunkGapsTests : IDisposable
{
    private const string Model = "gaps:1b";

    private readonly Activity _span = new Activity("chat").Start();
    private readonly MeterListener _listener = new();
    private readonly List<(double Seconds, Activity? Span)> _measured = [];

    public ChunkGapsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == StudioDiagnostics.Name && instrument.Name == TelemetryNames.Metrics.InferenceTimePerOutputChunk)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, value, labels, _) =>
        {
            if (labels.ToArray().Any(static label => label.Value is Model))
            {
                _measured.Add((value, Activity.Current));
            }
        });
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _span.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(130)]
    [InlineData(1000)]
    public void Each_is_told_once_and_the_span_of_the_longest_alone_is_named(int count)
    {
        var gaps = new ChunkGaps(Model, MetricNaming.Both);
        var expected = Enumerable.Range(0, count).Select(i => (i * 7 % count) + 1).ToList();
        foreach (var seconds in expected)
        {
            gaps.Add(TimeSpan.FromSeconds(seconds));
            Assert.Same(_span, Activity.Current);
        }

        gaps.End();

        Assert.Same(_span, Activity.Current);
        Assert.Equal(expected.Order().Select(static seconds => (double)seconds), _measured.Select(static measured => measured.Seconds).Order());
        Assert.Equal([(expected.Max(), _span)], _measured.Where(static measured => measured.Span is not null).Select(static measured => ((int)measured.Seconds, measured.Span!)));
    }

    [Fact]
    public void While_a_long_reply_is_written_its_gaps_are_told_already()
    {
        var gaps = new ChunkGaps(Model, MetricNaming.Both);

        for (var i = 0; i < 500; i++)
        {
            gaps.Add(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(_measured.Count, 500 - 129, 499);
    }

    [Fact]
    public void A_reply_of_one_chunk_has_none()
    {
        new ChunkGaps(Model, MetricNaming.Both).End();

        Assert.Empty(_measured);
    }
}
