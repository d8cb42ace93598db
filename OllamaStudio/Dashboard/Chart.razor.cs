using System.Globalization;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Dashboard.Charts;

namespace OllamaStudio.Dashboard;

/// <summary>
/// One chart, or its table. What follows the pointer and the arrow keys is the page's script alone (DashboardPage.razor.js), from the
/// points that are written here: nothing goes to the server and back for it.
/// </summary>
public partial class Chart
{
    private static readonly string ViewBox = string.Create(CultureInfo.InvariantCulture, $"0 0 {LinePath.Width} {ValueAxis.Height}");

    [Parameter, EditorRequired]
    public required ChartModel Model { get; set; }

    /// <summary>Whether its numbers are shown instead of it.</summary>
    [Parameter]
    public bool AsTable { get; set; }

    /// <summary>What finds the traces that are behind all of the dashboard, as a query; a window's begin and end are still to come.</summary>
    [Parameter, EditorRequired]
    public required string Traces { get; set; }

    /// <summary>What is said where nothing was measured.</summary>
    [Parameter]
    public string Nothing { get; set; } = "Nothing was measured in this time";

    private string AddressOf(ChartSeries? series = null) => $"traces?q={Uri.EscapeDataString(series?.Traces is { } further ? $"{Traces} {further}" : Traces)}&";

    private string TracesOf(ChartPoint point, ChartSeries? series = null) => $"{AddressOf(series)}from={Uri.EscapeDataString(point.A)}&to={Uri.EscapeDataString(point.B)}";

    private string Words(ChartPoint point) =>
        point.T + ": " + string.Join(", ", Model.Series.Zip(point.V).Where(static pair => pair.Second is not null).Select(static pair => $"{pair.First.Name} {pair.Second}"));

    private static string Left(double percent) => $"left:{Number(percent)}%";

    private static string Top(double pixels) => $"top:{Number(pixels)}px";

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
