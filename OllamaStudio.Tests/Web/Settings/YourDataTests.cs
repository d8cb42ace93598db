using Bunit;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using OllamaStudio.Core.Storage.Backups;
using OllamaStudio.Settings;
using OllamaStudio.Tests.Storage;

namespace OllamaStudio.Tests.Web.Settings;

public sealed class YourDataTests : BunitContext, IAsyncLifetime
{
    private readonly StoreFixture _store = new();

    public YourDataTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton(TimeProvider.System);
        Services.AddMudServices(static options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(new StudioData(_store.Folder, _store.Database, TimeProvider.System));
    }

    public Task InitializeAsync() => _store.Writer.FlushAsync();

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public void It_says_where_the_data_lies_and_what_it_takes()
    {
        var page = Render<YourData>();
        Assert.Equal(_store.Folder.Path, page.Find(Selector("data-path")).TextContent);
        page.WaitForAssertion(() => Assert.Matches(@"^\d+(\.\d)? kB$", page.Find(Selector("data-database")).TextContent));
        Assert.Equal("0 B", page.Find(Selector("data-backups")).TextContent);
    }

    [Fact]
    public void A_backup_is_made_restored_at_the_next_start_and_deleted()
    {
        var page = Render<YourData>();
        page.Find(Selector("backup-now")).Click();
        page.WaitForElement(Selector("backup"));
        Assert.NotEqual("0 B", page.Find(Selector("data-backups")).TextContent);

        page.Find(Selector("backup-restore")).Click();
        page.WaitForElement(Selector("restore-staged"));
        Assert.True(page.Find(Selector("backup-restore")).HasAttribute("disabled"));
        page.Find(Selector("restore-cancel")).Click();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(Selector("restore-staged"))));

        page.Find(Selector("backup-delete")).Click();
        Assert.Single(page.FindAll(Selector("backup"))); // asked first
        page.Find(Selector("backup-delete-yes")).Click();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(Selector("backup"))));
    }

    [Fact]
    public async Task A_backup_that_takes_long_is_cancelled_and_leaves_nothing()
    {
        await _store.Writer.WriteAsync(
            static connection => connection.Execute("INSERT INTO studio (key, value) VALUES ('large', printf('%.*c', 100000000, 'x'))"), bytes: 0);
        var page = Render<YourData>();
        page.Find(Selector("backup-now")).Click();
        page.Find(Selector("backup-cancel")).Click();
        page.WaitForElement(Selector("backup-now"));
        Assert.Empty(page.FindAll(Selector("backup")));
        Assert.Empty(page.FindAll(Selector("data-problem")));
    }

    [Fact]
    public void A_copy_tells_how_to_start_there_and_a_wrong_folder_is_refused_with_a_reason()
    {
        var page = Render<YourData>();
        page.Find(Selector("copy-start")).Click();
        page.WaitForAssertion(() => Assert.Equal("Name the folder to copy to.", page.Find(Selector("data-problem")).TextContent));
        page.Find(Selector("copy-target")).Input("here");
        page.Find(Selector("copy-start")).Click();
        page.WaitForAssertion(() => Assert.Contains("is no full path", page.Find(Selector("data-problem")).TextContent, StringComparison.Ordinal));

        var target = _store.Folder.Combine("elsewhere");
        page.Find(Selector("copy-target")).Input($" {target} ");
        page.Find(Selector("copy-start")).Click();
        page.WaitForElement(Selector("copy-done"));
        Assert.Contains($"OLLAMASTUDIO_DATA=\"{target}\"", page.Find(Selector("copy-done")).TextContent, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(target, "studio.db")));
        Assert.Empty(page.FindAll(Selector("data-problem")));
    }

    private static string Selector(string testId) => $"[data-testid='{testId}']";
}
