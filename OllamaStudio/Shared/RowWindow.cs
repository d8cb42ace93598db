using System.Runtime.InteropServices;

namespace OllamaStudio.Shared;

/// <summary>The rows of a long list that are drawn: those in sight and some around them.</summary>
/// <param name="First">Index of the first row drawn.</param>
/// <param name="Count">How many are drawn.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RowWindow(int First, int Count)
{
    /// <summary>Rows drawn above and below those in sight, so that a wheel's turn meets rows and not blanks.</summary>
    public const int Overscan = 20;

    /// <summary>The most rows ever drawn at once, whatever a browser says of its height.</summary>
    public const int Most = 400;

    /// <summary>The rows to draw.</summary>
    /// <param name="firstVisible">Index of the first row in sight; beyond the end counts as "at the end".</param>
    /// <param name="visible">How many rows are in sight.</param>
    /// <param name="total">How many rows there are.</param>
    public static RowWindow Around(int firstVisible, int visible, int total)
    {
        visible = Math.Clamp(visible, 0, Most - (2 * Overscan));
        var start = Math.Clamp(firstVisible, 0, Math.Max(0, total - visible));
        var first = Math.Max(0, start - Overscan);
        var end = Math.Min(total, start + visible + Overscan);
        return new RowWindow(first, end - first);
    }
}
