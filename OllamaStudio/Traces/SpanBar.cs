using System.Globalization;
using System.Runtime.InteropServices;

namespace OllamaStudio.Traces;

/// <summary>A bar in a row, in percent of the row's timeline.</summary>
/// <param name="Left">Left edge, 0 to 100.</param>
/// <param name="Width">Width, 0 to 100 - <paramref name="Left"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SpanBar(double Left, double Width)
{
    /// <summary>As inline style: <c>left:12.5%;width:40%</c>.</summary>
    public string Style => string.Create(CultureInfo.InvariantCulture, $"left:{Left:0.###}%;width:{Width:0.###}%");
}
