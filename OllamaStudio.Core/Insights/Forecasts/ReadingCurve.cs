namespace OllamaStudio.Core.Insights.Forecasts;

/// <summary>
/// How long so many tokens take to read, from past readings: a line through those most alike, so that what every call takes, and what each
/// token takes, both count; one odd reading moves nothing (Theil–Sen).
/// </summary>
internal static class ReadingCurve
{
    // So many neighbours make a line.
    private const int Neighbours = 8;

    // Below, time has little to do with tokens.
    private const double FewestForRate = 50;

    /// <summary>In seconds; null without a reading.</summary>
    /// <param name="points">Tokens and seconds, newest first.</param>
    /// <param name="tokens">Of the prompt to come, not cached.</param>
    public static double? At(IEnumerable<(double Tokens, double Seconds)> points, double tokens)
    {
        var near = points.OrderBy(point => Math.Abs(Math.Log((point.Tokens + FewestForRate) / (tokens + FewestForRate)))).Take(Neighbours).ToArray();
        if (near.Length == 0)
        {
            return null;
        }

        var slope = Median(
            from one in near
            from other in near
            where other.Tokens > one.Tokens * 1.05
            select (other.Seconds - one.Seconds) / (other.Tokens - one.Tokens));
        var (x, y) = (Median(near.Select(static point => point.Tokens))!.Value, Median(near.Select(static point => point.Seconds))!.Value);
        if (slope is null || tokens > 2 * near.Max(static point => point.Tokens))
        {
            // All alike, or far below: by the rate, where they have one.
            return tokens > 2 * x && x >= FewestForRate ? y * tokens / x : y;
        }

        var line = Math.Max(0, slope.Value);
        return Math.Max(near.Min(static point => point.Seconds) / 2, Median(near.Select(point => point.Seconds - (line * point.Tokens)))!.Value + (line * tokens));
    }

    /// <summary>The middle one, or between the two in the middle; null of nothing.</summary>
    public static double? Median(IEnumerable<double> values)
    {
        var ordered = values.Order().ToArray();
        return ordered.Length == 0 ? null : (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
    }
}
