using System.Globalization;

namespace OllamaStudio.Shared;

/// <summary>Sizes as people and Ollama's own list read them: in steps of a thousand.</summary>
public static class ByteText
{
    /// <summary>Such as <c>4.7 GB</c>, <c>512 MB</c>; negative counts as zero.</summary>
    public static string Of(long bytes) => bytes switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, bytes)} B"),
        < 1_000_000 => Scaled(bytes / 1e3, "kB"),
        < 1_000_000_000 => Scaled(bytes / 1e6, "MB"),
        < 1_000_000_000_000 => Scaled(bytes / 1e9, "GB"),
        _ => Scaled(bytes / 1e12, "TB"),
    };

    private static string Scaled(double value, string unit) =>
        value.ToString(value < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture) + " " + unit;
}
