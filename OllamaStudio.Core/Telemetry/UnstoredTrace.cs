using System.Diagnostics;

namespace OllamaStudio.Core.Telemetry;

/// <summary>
/// Of a temporary chat nothing is written to this machine's disk, not even while it waits to be exported. The mark is on the root and in memory only:
/// no exporter sees it.
/// </summary>
internal static class UnstoredTrace
{
    private const string Property = "studio.unstored";

    /// <summary>Has what belongs to that root kept off the disk.</summary>
    public static void Mark(Activity root) => root.SetCustomProperty(Property, Property);

    /// <summary>Whether that span belongs to such a root.</summary>
    public static bool Has(Activity span)
    {
        while (span.Parent is { } parent)
        {
            span = parent;
        }

        return span.GetCustomProperty(Property) is not null;
    }
}
