using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.JSInterop;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage.Conversations;
using OllamaStudio.Shared.Demo;
using OllamaStudio.Tests.Chat.Attachments;
using OllamaStudio.Tests.Storage;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Chat;

/// <summary>What is attached, in front of a server that says what its models can do, or does not.</summary>
public sealed class AttachmentTrayTests : BunitContext, IAsyncLifetime
{
    private readonly FakeSettings _settings = new();
    private readonly StoreFixture _files = new();
    private readonly DemoServer _demo = new(TimeProvider.System);
    private ScriptedServer _ollama = null!;
    private OllamaServers _servers = null!;
    private DraftAttachments _drafts = null!;
    private string? _selected;

    public async Task InitializeAsync()
    {
        _ollama = await ScriptedServer.StartAsync(context => context.Response.WriteAsync(context.Request.Path.Value switch
        {
            "/api/version" => """{"version":"0.33.0"}""",
            "/api/tags" => """
                {"models":[{"name":"blind:latest","digest":"d","size":1,"capabilities":["completion"]},{"name":"eyes:latest","digest":"e","size":1,"capabilities":["completion","vision"]},
                 {"name":"old:latest","digest":"f","size":1}]}
                """,
            _ => "{}",
        }));
        _settings.Update(settings => settings with { Ollama = settings.Ollama with { Host = _ollama.Address.ToString(), Server = ServerChoice.Ollama } });
        _servers = new OllamaServers(_settings, _demo, static endpoint => new OllamaClient(endpoint), TimeProvider.System, NullLogger<OllamaServers>.Instance);
        await _servers.RefreshAsync(CancellationToken.None);
        var store = new ConversationStore(_files.Database, _files.Writer, _files.Folder);
        _drafts = new DraftAttachments(store, new Conversations(TimeProvider.System, store, []));
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton(_servers);
        Services.AddSingleton(new ModelCapabilities(_servers));
        Services.AddSingleton(_drafts);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        _servers.Dispose();
        await _demo.DisposeAsync();
        await _ollama.DisposeAsync();
        await _files.DisposeAsync();
    }

    [Fact]
    public async Task An_image_for_a_model_without_vision_is_kept_not_sent_and_the_way_on_is_a_button()
    {
        _drafts.Add("", "cat.png", SamplePng.Of());
        var tray = Draw("blind:latest");

        tray.WaitForAssertion(() => Assert.Contains("blind reads no images. Choose a model with vision", tray.Find("[data-testid='attachment-blind']").TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain("Not sent", tray.Markup, StringComparison.Ordinal);
        Assert.False(await tray.InvokeAsync(() => tray.Instance.CanSend()));
        tray.WaitForAssertion(() => Assert.Contains("Not sent: blind reads no images", tray.Markup, StringComparison.Ordinal));
        Assert.Single(_drafts.Find(""));

        await tray.InvokeAsync(() => tray.Find("[data-testid='attachment-model']").Click());
        Assert.Equal("eyes:latest", _selected);
        tray.Render(parameters => parameters.Add(it => it.Model, _selected));
        tray.WaitForAssertion(() => Assert.Empty(tray.FindAll("[role='alert']")));
        Assert.True(await tray.InvokeAsync(() => tray.Instance.CanSend()));
    }

    [Fact]
    public async Task Where_nobody_knows_what_a_model_can_do_it_may_be_tried_and_a_text_goes_to_any()
    {
        _drafts.Add("", "cat.png", SamplePng.Of());
        var old = Draw("old:latest");
        Assert.True(await old.InvokeAsync(() => old.Instance.CanSend()));
        Assert.Empty(old.FindAll("[role='alert']"));

        _drafts.Add("t", "a.txt", "hello"u8.ToArray());
        var text = Draw("blind:latest", "t", historyImages: 2);
        text.WaitForAssertion(() => Assert.Contains("The 2 images of this conversation are not sent along: blind reads none.", text.Markup, StringComparison.Ordinal));
        Assert.True(await text.InvokeAsync(() => text.Instance.CanSend()));
    }

    [Fact]
    public async Task What_is_in_a_text_is_to_be_seen_before_it_is_sent()
    {
        _drafts.Add("", "a.txt", "<b>hello</b>"u8.ToArray());
        var tray = Draw("blind:latest");
        Assert.Empty(tray.FindAll("pre"));

        await tray.InvokeAsync(() => tray.Find("[data-testid='attachment-text']").TriggerEvent("ontoggle", EventArgs.Empty));

        Assert.Equal("<b>hello</b>", tray.Find("[data-testid='attachment-text'] pre").TextContent);
    }

    [Fact]
    public async Task What_is_refused_says_why_until_something_else_is_attached_and_what_is_there_can_be_removed()
    {
        var tray = Draw("eyes:latest");
        await AttachAsync(tray, "report.pdf", "%PDF-1.7"u8.ToArray());
        await AttachAsync(tray, "huge.png", [1], size: 30_000_000);
        Assert.Equal(2, tray.FindAll("[data-testid='attachment-fault'] p").Count);
        Assert.Empty(_drafts.Find(""));

        await tray.InvokeAsync(tray.Instance.BeginAsync);
        await AttachAsync(tray, "a.txt", "hello"u8.ToArray());
        Assert.Empty(tray.FindAll("[data-testid='attachment-fault']"));

        tray.Render(parameters => parameters.Add(it => it.Files, _drafts.Find("")));
        Assert.Contains("a.txt", tray.Find("[data-testid='attachment']").TextContent, StringComparison.Ordinal);
        Assert.Equal("Remove a.txt", tray.Find("[data-testid='attachment-remove']").GetAttribute("aria-label"));
        await tray.InvokeAsync(() => tray.Find("[data-testid='attachment-remove']").Click());
        Assert.Empty(_drafts.Find(""));
    }

    private IRenderedComponent<AttachmentTray> Draw(string model, string key = "", int historyImages = 0) => Render<AttachmentTray>(parameters => parameters
        .Add(it => it.Key, key).Add(it => it.Files, _drafts.Find(key)).Add(it => it.Model, model).Add(it => it.HistoryImages, historyImages)
        .Add(it => it.OnSelectModel, EventCallback.Factory.Create<string>(this, chosen => _selected = chosen)));

    private static Task<bool> AttachAsync(IRenderedComponent<AttachmentTray> tray, string name, byte[] bytes, double? size = null) =>
        tray.InvokeAsync(() => tray.Instance.AttachAsync("", name, size ?? bytes.Length, new Sent(bytes)));

    private sealed class Sent(byte[] bytes) : IJSStreamReference
    {
        public long Length => bytes.Length;

        public ValueTask<Stream> OpenReadStreamAsync(long maxAllowedSize = 512_000, CancellationToken cancellationToken = default) => ValueTask.FromResult<Stream>(new MemoryStream(bytes));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
