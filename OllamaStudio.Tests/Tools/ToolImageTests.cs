using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Storage.Conversations;
using OllamaStudio.Http;
using OllamaStudio.Tests.Storage;

namespace OllamaStudio.Tests.Tools;

/// <summary>Images of tools: how many a conversation keeps, and how a page gets them.</summary>
public sealed class ToolImageTests
{
    private const int Megabyte = 1024 * 1024;

    private readonly Conversations _store = new(TimeProvider.System);

    [Fact]
    public void A_conversation_keeps_the_newest_images_and_says_how_many_older_ones_are_gone()
    {
        var conversation = _store.Create();
        Reply(conversation, "first", 10, 10, 10);
        Reply(conversation, "second", 10, 10, 10);
        Assert.All(Calls(conversation), call => Assert.Equal((3, 0), (call.Images.Length, call.DroppedImages)));
        var oldest = Calls(conversation)[0].Images.Select(image => image.Id).ToList();

        Reply(conversation, "third", 10, 4, 10);

        Assert.Equal([(1, 2), (3, 0), (3, 0)], Calls(conversation).Select(call => (call.Images.Length, call.DroppedImages)).ToArray());
        Assert.Equal([false, false, true], oldest.Select(id => _store.FindImage(id) is not null));

        Reply(conversation, "fourth", 10, 10);

        Assert.Equal([(0, 3), (2, 1), (3, 0), (2, 0)], Calls(conversation).Select(call => (call.Images.Length, call.DroppedImages)).ToArray());
    }

    [Fact]
    public void Those_of_a_version_that_is_not_shown_are_kept_and_count_like_all_others()
    {
        var conversation = _store.Create();
        Reply(conversation, "first", 10, 10, 10);
        var hidden = Calls(conversation)[0].Images.Select(image => image.Id).ToList();
        Assert.True(conversation.TryBegin(null, conversation.Messages[1] with { Id = "other", ToolCalls = [] }, "first"));

        Reply(conversation, "second", 10, 10, 10);
        Assert.Equal([true, true, true], hidden.Select(id => _store.FindImage(id) is not null));
        Reply(conversation, "third", 10);

        Assert.Equal([false, true, true], hidden.Select(id => _store.FindImage(id) is not null));
        Assert.True(conversation.Show("first"));
        Assert.Equal((2, 1), (Calls(conversation)[0].Images.Length, Calls(conversation)[0].DroppedImages));
    }

    [Fact]
    public async Task A_page_gets_an_image_by_its_id_as_what_it_is_and_for_itself_only()
    {
        var conversation = _store.Create();
        Reply(conversation, "first", new DataContent(new byte[] { 1, 2, 3 }, "image/png"), new DataContent(new byte[] { 4 }, "image/svg+xml"));
        var images = Calls(conversation)[0].Images;
        await using var files = new StoreFixture();
        var drafts = new DraftAttachments(new ConversationStore(files.Database, files.Writer, files.Folder), _store);
        var temporary = DraftAttachments.NewTemporary();
        drafts.Add(temporary, "x.gif", "GIF89a"u8.ToArray());
        await using var app = await StartAsync(drafts);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var answer = await client.GetAsync($"/{ToolImageAddress.Of(images[0])}");

        Assert.Equal([1, 2, 3], await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(("image/png", "inline"), (answer.Content.Headers.ContentType?.ToString(), answer.Content.Headers.ContentDisposition?.ToString()));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal("GIF89a"u8.ToArray(), await client.GetByteArrayAsync(ToolImageAddress.Of(drafts.Find(temporary)[0].Content)));
        foreach (var id in new[] { images[1].Id, "unknown" })
        {
            using var refused = await client.GetAsync($"/tool-images/{id}");
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        using var foreign = new HttpRequestMessage(HttpMethod.Get, $"/{ToolImageAddress.Of(images[0])}") { Headers = { { "Origin", "https://evil.example" } } };
        using var forbidden = await client.SendAsync(foreign);
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);

        _store.Remove(conversation.Id);
        using var gone = await client.GetAsync($"/{ToolImageAddress.Of(images[0])}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    private async Task<WebApplication> StartAsync(DraftAttachments drafts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(_store);
        builder.Services.AddSingleton(drafts);
        var app = builder.Build();
        app.UseLocalGuard();
        app.MapToolImages();
        await app.StartAsync();
        return app;
    }

    private static IReadOnlyList<ToolCallRecord> Calls(Conversation conversation) => [.. conversation.Messages.SelectMany(message => message.ToolCalls)];

    private static void Reply(Conversation conversation, string call, params int[] megabytes) =>
        Reply(conversation, call, [.. megabytes.Select(size => new DataContent(new byte[size * Megabyte], "image/png"))]);

    private static void Reply(Conversation conversation, string call, params DataContent[] images)
    {
        var prompt = new MessageRecord { Id = $"{call}-prompt", Role = MessageRole.User, CreatedAt = DateTimeOffset.UnixEpoch, Text = "Draw." };
        Assert.True(conversation.TryBegin(prompt, prompt with { Id = call, Role = MessageRole.Assistant, State = MessageState.Complete, Text = "" }));
        var calls = new ReplyCalls(conversation);
        calls.Take(new FunctionCallContent(call, "draw"));
        calls.Take(new FunctionResultContent(call, (List<AIContent>)[.. images]));
    }
}
