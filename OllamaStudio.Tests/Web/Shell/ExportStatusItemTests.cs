using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Export.Push;
using OllamaStudio.Core.Settings;
using OllamaStudio.Shell.Status;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Shell;

/// <summary>The status bar's word on the export, and what its popover does.</summary>
public sealed class ExportStatusItemTests : BunitContext
{
    private readonly FakeExportMonitor _monitor = new();
    private readonly ManualTime _time = new();

    public ExportStatusItemTests()
    {
        Services.AddSingleton<IExportMonitor>(_monitor);
        Services.AddSingleton<TimeProvider>(_time);
    }

    [Theory]
    [InlineData("status-export-send-here", "SendLeftBehind")]
    [InlineData("status-export-discard", "DiscardLeftBehind")]
    public void Spans_for_the_old_address_are_asked_about(string button, string asked)
    {
        _monitor.Set(new() { State = ExportState.Healthy, LeftBehind = new(1, ["http://old:6006/v1/traces"], _time.GetUtcNow()) });
        var item = Render<ExportStatusItem>();
        item.Find($"[data-testid='{button}']").Click();

        Assert.Contains(
            "1 span waits for the old address, http://old:6006/v1/traces: send it here, or discard it?",
            item.Find("[data-testid='status-export-left-behind']").TextContent, StringComparison.Ordinal);
        Assert.Equal(("healthy", "warn"), (item.Find("summary").GetAttribute("data-state"), item.Find("summary").ClassName));
        Assert.Equal([asked], _monitor.Asked);
    }

    [Theory]
    [InlineData(ExportState.Healthy, ExportState.Failing, "failing", "Export: metrics failing", "Export of metrics to Collector fails: 404 Not Found")]
    [InlineData(ExportState.Off, ExportState.Failing, "failing", "Export: metrics failing", "Export of metrics to Collector fails: 404 Not Found")]
    [InlineData(ExportState.Failing, ExportState.Failing, "failing", "Export failing", "Export fails: 503")]
    [InlineData(ExportState.Off, ExportState.Healthy, "healthy", "Exporting", "Exported: metrics. Spans stay in the studio")]
    [InlineData(ExportState.Idle, ExportState.Healthy, "idle", "Export ready", "Nothing was exported yet")]
    public void Metrics_and_logs_are_part_of_the_word(ExportState spans, ExportState metrics, string state, string label, string title)
    {
        var signal = new SignalStatus(TelemetrySignal.Metrics) { State = metrics, Endpoint = "http://c:4318/v1/metrics", LastError = "404 Not Found", LastSuccess = _time.GetUtcNow() };
        _monitor.Set(new() { State = spans, LastError = "503", Signals = [new("Collector", signal)] });
        var item = Render<ExportStatusItem>();

        Assert.Equal((state, title), (item.Find("summary").GetAttribute("data-state"), item.Find("summary").GetAttribute("title")));
        Assert.Contains(label, item.Find("summary").TextContent, StringComparison.Ordinal);
        Assert.Contains("Collector · Metrics:", item.Find("[data-testid='status-export-signal']").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_try_need_not_be_waited_for()
    {
        _monitor.Set(new() { State = ExportState.Failing, LastError = "503", NextTry = _time.GetUtcNow().AddSeconds(30) });
        var item = Render<ExportStatusItem>();
        item.Find("[data-testid='status-export-try-now']").Click();

        Assert.Contains("Next try at ", item.Markup, StringComparison.Ordinal);
        Assert.Equal(["TryNow"], _monitor.Asked);
    }
}
