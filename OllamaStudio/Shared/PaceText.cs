using System.Globalization;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Shared;

/// <summary>How fast a reply comes, in words.</summary>
public static class PaceText
{
    /// <summary>Such as <c>573 chunks · 48/s</c>; without a rate where it means nothing.</summary>
    public static string Of(ReplyPace pace)
    {
        var chunks = CountText.Of(pace.Chunks, "chunk");
        return pace.ChunksPerSecond is { } rate ? $"{chunks} · {rate.ToString(rate < 9.95 ? "0.0" : "N0", CultureInfo.InvariantCulture)}/s" : chunks;
    }
}
