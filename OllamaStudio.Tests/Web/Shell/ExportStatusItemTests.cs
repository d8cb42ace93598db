using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Export;
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
