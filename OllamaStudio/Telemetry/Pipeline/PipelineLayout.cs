using System.Collections.Immutable;
using System.Globalization;

namespace OllamaStudio.Telemetry.Pipeline;

/// <summary>
/// Where the pipeline's stages and flows are drawn, in pixels from above: how wide they are is the page's affair. A flow is as thick as its
/// share of the spans.
/// </summary>
/// <param name="data">What is drawn.</param>
internal sealed class PipelineLayout(PipelineData data)
{
    /// <summary>From one destination to the next.</summary>
    public const int Pitch = 162;

    /// <summary>How high a stage of the studio is.</summary>
    public const int Stage = 100;

    /// <summary>How high a stage of a destination is.</summary>
    public const int Lane = 88;

    private const int NameHeight = 28;
    private const int Thickest = 66;
    private const int ThickestLane = 22;
    private const double Thinnest = 1.5;
    private const int UnderHeight = 92;
    private const int UnderGap = 28;

    // The first lane may not be above the headline's.
    private const int LeastMiddle = 146;

    private int Lanes => Math.Max(1, data.Destinations.Length);

    /// <summary>The middle of the studio's stages.</summary>
    public int Middle => Math.Max(LeastMiddle, MiddleOfLanes);

    /// <summary>Where the studio's stages begin.</summary>
    public int Top => Middle - (Stage / 2);

    /// <summary>Where what did not go on begins: what was dropped, what was left out.</summary>
    public int UnderTop => Top + Stage + UnderGap;

    /// <summary>How high all of it is.</summary>
    public int Height => Math.Max(UnderTop + UnderHeight, LaneTop(Lanes - 1) + Lane + 4);

    private int MiddleOfLanes => NameHeight + (Lane / 2) + (Pitch * (Lanes - 1) / 2);

    /// <summary>Where a destination's stages begin.</summary>
    public int LaneTop(int index) => Middle - MiddleOfLanes + NameHeight + (Pitch * index);

    /// <summary>Where its name stands.</summary>
    public int NameTop(int index) => LaneTop(index) - 24;

    /// <summary>From started to ended; null where nothing ended, or nobody counts it.</summary>
    public string? Ended => Straight(Middle, Share(data.Ended, data.Started), Thickest);

    /// <summary>From ended to kept.</summary>
    public string? Kept => Straight(Middle, Share(data.Kept, data.Ended), Thickest);

    /// <summary>From ended down to what was left out.</summary>
    public string? LeftOut => Share(data.LeftOut, data.Ended) is > 0 and var share
        ? Flow(Middle + (Thickest / 2.0), UnderTop + (UnderHeight / 2.0), Thick(share, Thickest / 2.0))
        : null;

    /// <summary>From kept to each destination; null where nothing went there.</summary>
    public ImmutableArray<string?> ToLanes =>
    [
        .. data.Destinations.Select((destination, index) =>
        {
            var thickness = Math.Min(ThickestLane, (double)Thickest / Lanes);
            var from = Middle + ((index - ((Lanes - 1) / 2.0)) * thickness);
            return destination.Kept > 0 ? Flow(from, LaneTop(index) + (Lane / 2.0), thickness) : null;
        }),
    ];

    /// <summary>From waiting to sent, and from sent to proved, of one destination.</summary>
    public (string? Sent, string? Proved) Along(int index)
    {
        var destination = data.Destinations[index];
        var (middle, most) = (LaneTop(index) + (Lane / 2.0), Math.Min(ThickestLane, (double)Thickest / Lanes));
        return (
            Straight(middle, Share(destination.Sent, (destination.Kept ?? 0) + (destination.Found ?? 0)), most),
            Straight(middle, Share(destination.Stored, destination.Sent), most));
    }

    private static double Share(long? part, long? whole) => part is > 0 and var some ? Math.Min(1, (double)some / Math.Max(1, whole ?? some)) : 0;

    private static double Thick(double share, double most) => Math.Max(Thinnest, share * most);

    private static string? Straight(double middle, double share, double most) => share > 0 ? Flow(middle, middle, Thick(share, most)) : null;

    // From the left edge to the right one, whatever the width: drawn 100 wide and stretched.
    private static string Flow(double from, double to, double thickness)
    {
        var half = thickness / 2;
        return string.Create(CultureInfo.InvariantCulture, $"M0 {from - half:0.##} C50 {from - half:0.##} 50 {to - half:0.##} 100 {to - half:0.##} V{to + half:0.##} C50 {to + half:0.##} 50 {from + half:0.##} 0 {from + half:0.##} Z");
    }
}
