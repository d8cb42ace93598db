using System.Diagnostics;
using OpenTelemetry.Trace;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Decides when a trace begins: by the ratio or, where the trace was begun elsewhere, as its caller did; all spans of this process follow their
/// local root. Where rules decide at the end, it records every trace.
/// </summary>
/// <param name="ratio">Gives the share in force; it is asked for at each root, so that changing it needs no new provider.</param>
/// <param name="tail">Decides at the end, or leaves it to this.</param>
internal sealed class HeadSampler(Func<double> ratio, TailSampler tail) : Sampler
{
    /// <inheritdoc />
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var parent = samplingParameters.ParentContext;
        var isRoot = parent.TraceId == default;
        var isSampled = isRoot ? RatioSampler.IsSampled(samplingParameters.TraceId, ratio()) : parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded);
        if (isRoot || parent.IsRemote)
        {
            isSampled = tail.Begin(samplingParameters.TraceId, isSampled, isRoot);
        }

        return new SamplingResult(isSampled ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
    }
}
