using Bunit;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MudBlazor.Services;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage;
using OllamaStudio.Core.Storage.Backups;
using OllamaStudio.Core.Storage.Conversations;
using OllamaStudio.Core.Storage.Spans;
using OllamaStudio.Settings;
using OllamaStudio.Tests.Storage;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Settings;

public sealed class YourDataTests : BunitContext, IAsyncLifetime
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly StoreFixture _store = new();

    // Messages in the store when the figures of past calls were to be forgotten.
    private int? _figuresAtForgetting;

    private readonly SpanFeed _feed = new(TimeProvider.System);
    private readonly SpanWriter _spans;
    private readonly Conversations _conversations;

    public YourDataTests()
    {
        _spans = new SpanWriter(_store.Database, _store.Writer, TimeProvider.System, NullLogger<SpanWriter>.Instance, _feed);
        _conversations = new Conversations(TimeProvider.System, new ConversationStore(_store.Database, _store.Writer, _store.Folder));
        Services.AddSingleton<IEverythingEraser>(new EverythingEraser(_store.Writer, _spans, _store.Folder, _ => Task.CompletedTask, _conversations, _feed, forgetFigures: () => _figuresAtForgetting = _store.Database.Read(static connection => connection.ExecuteScalar<int>("SELECT count(*) FROM message"), -1)));
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton(TimeProvider.System);
        Services.AddMudServices(static options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton<IStudioData>(new StudioData(_store.Folder, _store.Database, TimeProvider.System, new FakeSettings()));
    }

    public Task InitializeAsync() => _store.Writer.FlushAsync();

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _spans.DisposeAsync();
        _conversations.Dispose();
        _feed.Dispose();
        await _store.DisposeAsync();
    }

    [Fact]
    public void It_says_where_the_data_lies_and_what_it_takes()
    {
        var page = Render<YourData>();
        Assert.Equal(_store.Folder.Path, page.Find(Selector("data-path")).TextContent);
        page.WaitForAssertion(() => Assert.Matches(@"^\d+(\.\d)? kB$", page.Find(Selector("data-database")).TextContent), Guard);
        Assert.Equal("0 B", page.Find(Selector("data-backups")).TextContent);
        Assert.Equal("0 B of 2.0 GB", page.Find(Selector("data-traces")).TextContent);
        Assert.Matches(@"^0 B( of \d+ MB)?$", page.Find(Selector("data-spool")).TextContent.Trim());
    }

    [Fact]
    public void A_backup_is_made_restored_at_the_next_start_and_deleted()
    {
        var page = Render<YourData>();
        page.Find(Selector("backup-now")).Click();
        page.WaitForElement(Selector("backup"), Guard);
        Assert.NotEqual("0 B", page.Find(Selector("data-backups")).TextContent);

        page.Find(Selector("backup-restore")).Click();
        page.WaitForElement(Selector("restore-staged"), Guard);
        Assert.True(page.Find(Selector("backup-restore")).HasAttribute("disabled"));
        page.Find(Selector("restore-cancel")).Click();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(Selector("restore-staged"))), Guard);

        page.Find(Selector("backup-delete")).Click();
        Assert.Single(page.FindAll(Selector("backup"))); // asked first
        page.WaitForElement(Selector("backup-delete-yes"), Guard).Click();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(Selector("backup"))), Guard);
    }

    [Fact]
    public async Task A_backup_that_takes_long_is_cancelled_and_leaves_nothing()
    {
        await _store.Writer.WriteAsync(
            static connection => connection.Execute("INSERT INTO studio (key, value) VALUES ('large', printf('%.*c', 100000000, 'x'))"), bytes: 0);
        var page = Render<YourData>();
        await page.InvokeAsync(() => // before it can end
        {
            page.Find(Selector("backup-now")).Click();
            page.Find(Selector("backup-cancel")).Click();
        });
        page.WaitForElement(Selector("backup-now"), Guard);
        Assert.Empty(page.FindAll(Selector("backup")));
        Assert.Empty(page.FindAll(Selector("data-problem")));
    }

    [Fact]
    public void A_copy_tells_how_to_start_there_and_a_wrong_folder_is_refused_with_a_reason()
    {
        var page = Render<YourData>();
        page.Find(Selector("copy-start")).Click();
        page.WaitForAssertion(() => Assert.Equal("Name the folder to copy to.", page.Find(Selector("data-problem")).TextContent), Guard);
        page.Find(Selector("copy-target")).Input("here");
        page.Find(Selector("copy-start")).Click();
        page.WaitForAssertion(() => Assert.Contains("is no full path", page.Find(Selector("data-problem")).TextContent, StringComparison.Ordinal), Guard);

        var target = _store.Folder.Path + "-elsewhere";
        page.Find(Selector("copy-target")).Input($" {target} ");
        page.Find(Selector("copy-start")).Click();
        page.WaitForElement(Selector("copy-done"), Guard);
        Assert.Contains($"OLLAMASTUDIO_DATA=\"{target}\"", page.Find(Selector("copy-done")).TextContent, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(target, "studio.db")));
        Directory.Delete(target, recursive: true);
        Assert.Empty(page.FindAll(Selector("data-problem")));
    }

    [Fact]
    public async Task Everything_is_forgotten_only_after_a_second_yes_and_leaves_no_trace()
    {
        const string Secret = "a-secret-that-goes";
        var conversation = _conversations.Create();
        Assert.True(conversation.TryBegin(
            new MessageRecord { Id = "p", Role = MessageRole.User, Text = Secret, CreatedAt = DateTimeOffset.UnixEpoch },
            new MessageRecord { Id = "r", Role = MessageRole.Assistant, CreatedAt = DateTimeOffset.UnixEpoch }));
        Assert.True(await _conversations.TryStoreAsync(conversation, TimeSpan.FromSeconds(30)));
        var span = new SpanRecord { TraceId = new string('a', 32), SpanId = new string('b', 16), Name = Secret, StartTime = DateTimeOffset.UnixEpoch, Duration = TimeSpan.FromSeconds(1) };
        _feed.Record(span);
        _spans.Add(span);
        await _spans.FlushAsync();
        await File.WriteAllTextAsync(Path.Combine(_store.Folder.CreateWithin("images").FullName, "abc"), Secret);
        await File.WriteAllTextAsync(_store.Folder.Combine("settings.json"), "{}");
        var page = Render<YourData>();
        page.Find(Selector("backup-now")).Click();
        page.WaitForElement(Selector("backup"), Guard);

        page.WaitForElement(Selector("forget-everything"), Guard).Click();
        page.WaitForElement(Selector("forget-no"), Guard).Click();
        Assert.Single(_conversations.All);
        page.WaitForElement(Selector("forget-everything"), Guard).Click();
        page.WaitForElement(Selector("forget-yes"), Guard).Click();
        page.WaitForElement(Selector("forgotten"), Guard);

        Assert.Empty(_conversations.All);
        Assert.Equal(0, _figuresAtForgetting);
        Assert.True(conversation.IsDeleted);
        Assert.Empty(_feed.Traces);
        await _store.Writer.FlushAsync();
        Assert.Empty(page.FindAll(Selector("backup")));
        Assert.Equal(["settings.json"], Directory.GetFileSystemEntries(_store.Folder.Path).Select(Path.GetFileName).Where(static name => name?.StartsWith("studio.db", StringComparison.Ordinal) is false));
        Assert.All(Directory.GetFiles(_store.Folder.Path), static file => Assert.DoesNotContain(Secret, ReadShared(file), StringComparison.Ordinal));
    }

    private static string ReadShared(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }

    private static string Selector(string testId) => $"[data-testid='{testId}']";
}
