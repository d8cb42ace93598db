using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OllamaStudio.Dashboard.Charts;

/// <summary>A chart's points for the page's script.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ImmutableArray<ChartPoint>))]
internal sealed partial class ChartJson : JsonSerializerContext
{
    /// <summary>Writes them.</summary>
    public static string Write(ImmutableArray<ChartPoint> points) => JsonSerializer.Serialize(points, Default.ImmutableArrayChartPoint);
}
