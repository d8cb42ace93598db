using System.Globalization;
using OllamaStudio.Shared;

namespace OllamaStudio.Dashboard;

/// <summary>Numbers out of a histogram: with two digits, which is as exact as they are.</summary>
public static class QuantileText
{
    /// <summary>Of milliseconds: <c>0.5 ms</c>, <c>830 ms</c>, <c>3.2 s</c>, <c>14 s</c>, <c>2 m 05 s</c>.</summary>
    public static string Duration(double milliseconds) => milliseconds switch
    {
        < 995 => Two(milliseconds) + " ms",
        < 59_500 => Two(milliseconds / 1000) + " s",
        _ => DurationText.Of(TimeSpan.FromMilliseconds(milliseconds)),
    };

    /// <summary>Of anything: <c>8.4</c>, <c>43</c>, <c>120</c>.</summary>
    public static string Number(double value) => Two(value);

    private static string Two(double value)
    {
        var unit = value > 0 ? Math.Pow(10, Math.Floor(Math.Log10(value)) - 1) : 1;
        var rounded = Math.Round(value / unit) * unit;
        return rounded.ToString(rounded switch { < 0.995 => "0.00", < 9.95 => "0.0", _ => "0" }, CultureInfo.InvariantCulture);
    }
}
