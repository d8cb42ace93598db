using System.Diagnostics;
using OllamaStudio.Core.Export;

namespace OllamaStudio.Tests.Export;

public sealed class RatioSamplerTests
{
    [Theory]
    [InlineData("00000000000000010000000000000000", 0, false)]
    [InlineData("ffffffffffffffffffffffffffffffff", 1, true)]
    [InlineData("00000000000000010000000000000000", 1e-9, true)]
    [InlineData("ffffffffffffffffffffffffffffffff", 0.999999, false)]
    [InlineData("00000000000000000080000000000000", 0.5, false)]
    [InlineData("0000000000000000007fffffffffffff", 0.5, true)]
    [InlineData("ffffffffffffffffff7fffffffffffff", 0.5, true)]
    [InlineData("00000000000000010000000000000000", -1, false)]
    [InlineData("ffffffffffffffffffffffffffffffff", 2, true)]
    [InlineData("00000000000000010000000000000000", double.NaN, false)]
    public void The_trace_id_alone_decides(string traceId, double ratio, bool sampled) =>
        Assert.Equal(sampled, RatioSampler.IsSampled(ActivityTraceId.CreateFromString(traceId), ratio));

    [Fact]
    public void What_a_small_ratio_samples_a_larger_one_samples_too()
    {
        for (var i = 0; i < 1000; i++)
        {
            var traceId = ActivityTraceId.CreateRandom();
            Assert.True(!RatioSampler.IsSampled(traceId, 0.2) || RatioSampler.IsSampled(traceId, 0.7));
        }
    }
}
