using System.Collections.Immutable;
using System.Security.Cryptography;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;
using OllamaStudio.Simulator;

namespace OllamaStudio.Tests.Chat.Attachments;

/// <summary>Files in turns, against a server that looks at what arrives.</summary>
[Collection("telemetry")]
public sealed class AttachmentsInChatTests : IAsyncLifetime
{
    private const string Seeing = "demo-vision:latest";
    private const string Blind = "demo-small:latest";

    private readonly TokenRatios _ratios = new();
    private SimulatorServer _ollama = null!;
    private ChatRig _rig = null!;

    public async Task InitializeAsync()
    {
        _ollama = await SimulatorServer.StartAsync(new SimulatorOptions { LoadDelay = TimeSpan.Zero, TokensPerSecond = 0 });
        _rig = await ChatRig.StartAsync(_ollama.Address);
        _rig.Client = (client, silence) => new InstrumentedChatClient(
            new OllamaChatClient(client) { Silence = silence }, _rig.Settings, new ContentCapture(_rig.Settings), TimeProvider.System, ratios: _ratios);
    }

    public async Task DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _ollama.DisposeAsync();
    }

    [Fact]
    public async Task An_image_reaches_the_model_whole_and_stays_with_the_message_when_it_is_changed_or_asked_again()
    {
        var png = SamplePng.Of(640, 480);
        var hash = Convert.ToHexStringLower(SHA256.HashData(png))[..12];

        var reply = await SayAsync("", Seeing, File("cat.png", png));
        Assert.Contains("a PNG of 640 × 480 pixels", reply.Text, StringComparison.Ordinal);
        Assert.Contains(hash, reply.Text, StringComparison.Ordinal);

        Assert.True(_rig.Chat.Regenerate(_rig.Conversation, reply.Id, Seeing));
        Assert.Contains(hash, (await _rig.EndAsync()).Text, StringComparison.Ordinal);

        var first = _rig.Conversation.Messages[0];
        Assert.True(_rig.Chat.Edit(_rig.Conversation, first.Id, "And now?", Seeing));
        Assert.Contains(hash, (await _rig.EndAsync()).Text, StringComparison.Ordinal);
        var changed = _rig.Conversation.Messages[0];
        Assert.NotEqual(first.Id, changed.Id);
        Assert.Equal("cat.png", Assert.Single(changed.Attachments).Name);
        Assert.NotEqual(first.Attachments[0].Id, changed.Attachments[0].Id);
    }

    [Fact]
    public async Task A_model_that_reads_none_is_told_so_for_the_images_before_and_one_of_which_it_is_not_known_refuses_in_words()
    {
        await SayAsync("What is this?", Seeing, File("cat.png", SamplePng.Of()));
        var reply = await SayAsync("And in words?", Blind);
        Assert.Equal(MessageState.Complete, reply.State);

        using var client = new OllamaClient(OllamaEndpoint.Parse(_ollama.Address.ToString()));
        var refused = await Assert.ThrowsAsync<OllamaException>(() => client.ChatAsync(new OllamaChatRequest
        {
            Model = Blind, Messages = [new OllamaMessage { Role = "user", Content = "x", Images = [Convert.ToBase64String(SamplePng.Of())] }],
        }, default));
        Assert.Equal(("Multimodal data provided, but model does not support multimodal requests.", OllamaErrorKind.Refused), (refused.Message, refused.Kind));
        Assert.Contains("Choose a model with vision", refused.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_image_takes_is_told_once_it_was_counted_and_not_before()
    {
        var meter = new ContextMeter(_rig.Settings, _rig.Servers, new ChatTools(new ToolBox([]), new ModelCapabilities(_rig.Servers)), _ratios, TimeProvider.System);
        ImmutableArray<Attachment> files = [File("cat.png", SamplePng.Of()), File("a.txt", [.. Enumerable.Repeat((byte)'a', 4_000)])];
        await SayAsync(string.Concat(Enumerable.Repeat("some words ", 40)), Seeing);

        var before = await ReadAsync();
        Assert.Equal((2, 1), (before.AttachmentCount, before.UnknownImages));
        Assert.InRange(before.Attachments, 400, 2_000);
        Assert.Equal(before.Total, before.History + before.Attachments + before.Message);

        await SayAsync("Look", Seeing, files[0]);
        var after = await ReadAsync();
        Assert.Equal(0, after.UnknownImages);
        Assert.InRange(_ratios.TokensPerImage(Seeing)!.Value, 200, 400);
        Assert.InRange(after.Attachments - before.Attachments, 150, 500);

        ValueTask<ContextForecast> ReadAsync() => meter.ReadAsync(_rig.Conversation, ChatParameters.None, [], Seeing, "Look", files, default);
    }

    [Fact]
    public async Task Nothing_at_all_is_not_sent()
    {
        Assert.False(_rig.Chat.Send(_rig.Conversation, " ", Seeing, []));
        await SayAsync(" ", Seeing, File("a.txt", [65]));
    }

    private static Attachment File(string name, byte[] bytes) => AttachmentFile.Read(name, bytes, out _)!;

    private async Task<MessageRecord> SayAsync(string prompt, string model, params Attachment[] files)
    {
        Assert.True(_rig.Chat.Send(_rig.Conversation, prompt, model, [.. files]));
        return await _rig.EndAsync();
    }
}
