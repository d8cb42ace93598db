using System.Buffers.Binary;
using System.Diagnostics;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Samples a share of the traces, decided by the trace id alone, so that a trace is sampled whole and the same everywhere: when it begins, when
/// it ends, and in another process.
/// </summary>
/// <remarks>
/// Reads the 56 random bits that W3C Trace Context level 2 promises at the end of a trace id, as OpenTelemetry's consistent
/// probability sampling does.
/// </remarks>
internal static class RatioSampler
{
    private const ulong RandomBits = 0x00FF_FFFF_FFFF_FFFF;

    /// <summary>Whether a trace of that id is among the share.</summary>
    /// <param name="traceId">The trace.</param>
    /// <param name="ratio">The share, 0–1; what lies outside counts as the nearer end, NaN as 0.</param>
    public static bool IsSampled(ActivityTraceId traceId, double ratio)
    {
        if (ratio >= 1)
        {
            return true;
        }

        if (!(ratio > 0))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        traceId.CopyTo(bytes);
        var randomness = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) & RandomBits;
        return randomness < (ulong)(ratio * (RandomBits + 1));
    }
}
