using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MudBlazor;
using MudBlazor.Services;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage;
using OllamaStudio.Core.Storage.Backups;
using OllamaStudio.Core.Tools.Mcp;
using OllamaStudio.Settings;
using OllamaStudio.Shared;
using OllamaStudio.Tests.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Settings;

/// <summary>The settings page over real settings in a folder of their own, and words for what a person does there.</summary>
public abstract class SettingsPageTestBase : BunitContext, IAsyncLifetime
{
    protected SettingsPageTestBase()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        JSInterop.SetupModule("./Settings/SettingsPage.razor.js").SetupModule("attach", _ => true);
        Services.AddSingleton<IExportMonitor>(Monitor);
        Services.AddSingleton<IMcpMonitor>(new FakeMcpMonitor());
        Services.AddSingleton(new StudioUi());
        Services.AddSingleton<IStudioData>(new StudioData(Fixture.Folder, new StudioDatabase(Fixture.Folder, TimeProvider.System, NullLogger<StudioDatabase>.Instance), TimeProvider.System));
        Services.AddSingleton<IEverythingEraser>(new EverythingEraser(null!, null!, Fixture.Folder, static _ => Task.CompletedTask, null!, null!)); // YourDataTests press it
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(Fixture.Folder);
        Services.AddSingleton(static provider => new DataImport(new Conversations(TimeProvider.System), new KeptSpans(), provider.GetRequiredService<SettingsService>(), TimeProvider.System));
        Services.AddSingleton<ImportRun>();
        Services.AddSingleton(new DownloadRuns(TimeProvider.System));
        Services.AddMudServices(static options => options.PopoverOptions.CheckForPopoverProvider = false);
    }

    private protected SettingsFixture Fixture { get; } = new();

    protected FakeExportMonitor Monitor { get; } = new();

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        Fixture.Dispose();
    }

    protected static string Selector(string testId) => $"[data-testid='{testId}']";

    protected static IElement Find(IRenderedComponent<SettingsPage> page, string testId) => page.Find(Selector(testId));

    protected static void Input(IRenderedComponent<SettingsPage> page, string testId, string text) => Find(page, testId).Input(text);

    /// <summary>Picks an option of a list that opens.</summary>
    protected static Task ChooseAsync(IRenderedComponent<SettingsPage> page, string testId, string option) =>
        page.InvokeAsync(() => page.FindComponents<MudSelect<string>>().Single(select => Equals(select.Instance.UserAttributes["data-testid"], testId)).Instance.SelectOption(option));

    /// <summary>Picks one of a group whose options are all in sight.</summary>
    protected static void Pick(IRenderedComponent<SettingsPage> page, string testId, string option) =>
        page.FindAll($"{Selector(testId)} [role='radio']").Single(radio => radio.TextContent == option).Click();

    protected static void Save(IRenderedComponent<SettingsPage> page) => page.Find("form").Submit();

    protected static void AddRow(IRenderedComponent<SettingsPage> page, string field, string name, string value)
    {
        var rows = page.FindAll($"#{field} .row").Count;
        page.Find(Selector($"{field}-add")).Click();
        page.WaitForState(() => page.FindAll($"#{field} .row").Count > rows, TimeSpan.FromSeconds(30)); // a press waits for what is being drawn
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
        Services.AddSingleton<ISettings>(settings);
        return Render<SettingsPage>();
    }
}
