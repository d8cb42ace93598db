using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools.Mcp;
using OllamaStudio.Settings;
using OllamaStudio.Tests.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Settings;

/// <summary>The settings page over real settings in a folder of their own, and words for what a person does there.</summary>
public abstract class SettingsPageTestBase : BunitContext
{
    protected SettingsPageTestBase()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        JSInterop.SetupModule("./Settings/SettingsPage.razor.js").SetupModule("attach", _ => true);
        Services.AddSingleton<IExportMonitor>(Monitor);
        Services.AddSingleton<IMcpMonitor>(new FakeMcpMonitor());
        Services.AddSingleton(TimeProvider.System);
    }

    private protected SettingsFixture Fixture { get; } = new();

    protected FakeExportMonitor Monitor { get; } = new();

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Fixture.Dispose();
    }

    protected static string Selector(string testId) => $"[data-testid='{testId}']";

    protected static IElement Find(IRenderedComponent<SettingsPage> page, string testId) => page.Find(Selector(testId));

    protected static void Input(IRenderedComponent<SettingsPage> page, string testId, string text) => Find(page, testId).Input(text);

    protected static void Save(IRenderedComponent<SettingsPage> page) => page.Find("form").Submit();

    protected static void AddRow(IRenderedComponent<SettingsPage> page, string field, string name, string value)
    {
        page.Find(Selector($"{field}-add")).Click();
        page.FindAll($"#{field} .row input")[^2].Input(name);
        page.FindAll($"#{field} .row input")[^1].Input(value);
    }

    protected static Task<SettingsSaveResult> SaveAsync(SettingsService settings, Func<TelemetrySettings, TelemetrySettings> change) =>
        settings.SaveAsync(current => current with { Telemetry = change(current.Telemetry) }, CancellationToken.None);

    protected (IRenderedComponent<SettingsPage> Page, SettingsService Settings) Open(params (string Name, string Value)[] environment)
    {
        var settings = Fixture.Open(new() { Environment = environment.ToDictionary(variable => variable.Name, variable => variable.Value) });
        return (Render(settings), settings);
    }

    protected IRenderedComponent<SettingsPage> Render(SettingsService settings)
    {
        Services.AddSingleton(settings);
        return Render<SettingsPage>();
    }
}
