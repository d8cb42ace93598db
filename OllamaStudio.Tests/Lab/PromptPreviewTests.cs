using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Lab;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;
using OllamaStudio.Tests.Chat;
using OllamaStudio.Tests.Chat.Attachments;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Lab;

/// <summary>What is shown before it is sent, against what a server then gets; and a server that renders, or does not know how.</summary>
[Collection("telemetry")]
public sealed class PromptPreviewTests : IAsyncLifetime
{
    private const string Model = "m:latest";
    private static readonly StudioTool s_tool = new() { Function = AIFunctionFactory.Create((string city) => city, "weather", "Says the weather."), Source = "test", IsReadOnly = true };

    private readonly TaskCompletionSource _ended = new();
    private ScriptedServer _ollama = null!;
    private ChatRig _rig = null!;
    private PromptPreview _preview = null!;
    private bool _renders = true;
    private bool _isLoaded = true;
    private bool _holds;
    private bool _refuses;

    private IEnumerable<RecordedRequest> Chats => _ollama.Requests.Where(request => request.Path == "/api/chat");

    public async Task InitializeAsync()
    {
        _ollama = await ScriptedServer.StartAsync(AnswerAsync);
        _rig = await ChatRig.StartAsync(_ollama.Address, [new Source()]);
        _preview = new PromptPreview(_rig.Settings, _rig.Servers, new ChatTools(new ToolBox([new Source()]), new ModelCapabilities(_rig.Servers)), _rig.Store, new TokenRatios(), TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        _ended.TrySetResult();
        await _rig.DisposeAsync();
        await _ollama.DisposeAsync();
    }

    [Fact]
    public async Task It_is_word_for_word_what_the_turn_then_sends()
    {
        ImmutableArray<Attachment> files = [AttachmentFile.Read("cat.png", SamplePng.Of(), out _)!, AttachmentFile.Read("a.txt", "hello"u8.ToArray(), out _)!];
        _rig.Conversation.SetParameters(ChatParameters.None
            .With(ChatParameter.System, JsonValue.Create("Be brief, {{model}}.")).With(ChatParameter.NumCtx, JsonValue.Create(8192)).With(ChatParameter.Temperature, JsonValue.Create(0.2))
            .With(ChatParameter.KeepAlive, JsonValue.Create("10m")));
        foreach (var prompt in (string[])["What is a span?", "And \"a\" trace? {{x}}"])
        {
            var shown = await ReadAsync(prompt, files);
            Assert.True(_rig.Chat.Send(_rig.Conversation, prompt, Model, files));
            await _rig.EndAsync();

            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Chats.Last().Body), JsonNode.Parse(shown.Json)), $"{Chats.Last().Body}\n{shown.Json}");
            Assert.Equal(1, shown.Tools);
            Assert.Contains(shown.Json, shown.Curl, StringComparison.Ordinal);
            Assert.Contains($"curl --silent --show-error --no-buffer '{_ollama.Address}api/chat'", shown.Curl, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToBase64String(SamplePng.Of()), shown.Shown, StringComparison.Ordinal);
            files = [];
        }

        Assert.Equal(4, (await ReadAsync("third", [])).Comparison.Common);
    }

    [Fact]
    public async Task A_models_default_switches_tools_off_unless_the_chat_says_which_are()
    {
        _rig.Settings.Update(static settings => settings with
        {
            Chat = settings.Chat with { ModelDefaults = [new ParameterSet { Name = Model, Parameters = ChatParameters.None.WithToolsOff([s_tool.Id]).ToTexts() }] },
        });
        Assert.Equal(0, (await ReadAsync("x", [])).Tools);

        _rig.Conversation.SetParameters(ChatParameters.None.WithToolsOff([]));
        Assert.Equal(1, (await ReadAsync("x", [])).Tools);
        _rig.Conversation.SetParameters(ChatParameters.None.WithToolsOff(["other/tool"]));
        Assert.Equal(1, (await ReadAsync("x", [])).Tools);
        _rig.Conversation.SwitchTool(s_tool.Id, enabled: false); // by hand: no preset brings it back
        Assert.Equal(0, (await ReadAsync("x", [])).Tools);
    }

    [Fact]
    public async Task Images_that_are_too_large_to_be_shown_leave_their_length_and_are_sent_whole()
    {
        ImmutableArray<Attachment> files = [AttachmentFile.Read("large.png", SamplePng.Of(bytes: 3_300_000), out _)!];
        var next = await ReadAsync("Look", files);

        Assert.True(next.IsWithoutImages);
        Assert.Contains("(4,400,000 characters of base64)", next.Json, StringComparison.Ordinal);
        Assert.True(next.Curl.Length < 2_000);
        Assert.True(_rig.Chat.Send(_rig.Conversation, "Look", Model, files));
        await _rig.EndAsync();
        Assert.True(Chats.Last().Body.Length > 4_400_000);
    }

    [Fact]
    public async Task The_server_renders_it_for_one_token_at_most_and_in_no_trace()
    {
        var next = await ReadAsync("What is a span?", []);

        var (prompt, reason) = await _preview.RenderAsync(next, default);

        Assert.Null(reason);
        Assert.Equal(new RenderedPrompt("<|user|>What is a span?", 0), prompt);
        var body = JsonNode.Parse(Assert.Single(Chats).Body)!;
        Assert.Equal((true, false, 1), ((bool?)body["_debug_render_only"], (bool?)body["stream"], (int?)body["options"]!["num_predict"]));
        Assert.Null(_rig.Conversation.LastRequest);
    }

    [Fact]
    public async Task One_that_answers_in_full_is_asked_once_a_version()
    {
        _renders = false;
        var next = await ReadAsync("x", []);

        Assert.Contains("0.12.3", (await _preview.RenderAsync(next, default)).Reason, StringComparison.Ordinal);
        Assert.Contains("is not asked again", (await _preview.RenderAsync(next, default)).Reason, StringComparison.Ordinal);
        Assert.Single(Chats);
    }

    [Fact]
    public async Task While_a_turn_runs_and_where_the_model_would_be_loaded_for_it_nothing_is_asked()
    {
        _holds = true;
        Assert.True(_rig.Chat.Send(_rig.Conversation, "x", Model));
        await _rig.UntilAsync(_ => Chats.Any());
        Assert.StartsWith("A reply is being written", (await _preview.RenderAsync(await ReadAsync("y", []), default)).Reason, StringComparison.Ordinal);
        _ended.SetResult();
        await _rig.EndAsync();

        _isLoaded = false;
        await _rig.Servers.RefreshAsync(default);
        Assert.StartsWith("The model is not in memory", (await _preview.RenderAsync(await ReadAsync("y", []), default)).Reason, StringComparison.Ordinal);
        Assert.Single(Chats);
    }

    [Fact]
    public async Task A_reply_that_is_being_written_is_in_it_as_far_as_it_has_come_and_that_is_said()
    {
        Assert.False((await ReadAsync("y", [])).IsUnfinished);
        Assert.True(_rig.Conversation.TryBegin(
            new MessageRecord { Id = "p", Role = MessageRole.User, Text = "x", CreatedAt = default }, new MessageRecord { Id = "r", Role = MessageRole.Assistant, State = MessageState.Streaming, Model = Model, CreatedAt = default }));
        var begun = await ReadAsync("y", []);
        Assert.Equal((true, 2), (begun.IsUnfinished, begun.Messages));
        _rig.Conversation.Append("As far as", null);

        var next = await ReadAsync("y", []);

        Assert.True(next.IsUnfinished);
        Assert.Equal(["x", "As far as", "y"], JsonNode.Parse(next.Json)!["messages"]!.AsArray().Select(static message => (string)message!["content"]!));
        _rig.Conversation.UpdateReply(static reply => reply with { State = MessageState.Complete });
        Assert.False((await ReadAsync("y", [])).IsUnfinished);
    }

    [Fact]
    public async Task What_was_refused_is_not_in_the_cache_each_model_has_its_own_and_another_chat_may_have_emptied_it()
    {
        _refuses = true;
        Assert.True(_rig.Chat.Send(_rig.Conversation, "x", Model));
        await _rig.EndAsync();
        Assert.Null((await ReadAsync("y", [])).Comparison.Common);
        _refuses = false;

        foreach (var model in (string[])[Model, "other:latest"])
        {
            Assert.True(_rig.Chat.Send(_rig.Conversation, "x", model));
            await _rig.EndAsync();
        }

        var own = (await ReadAsync("y", [])).Comparison; // its own last request, and not the other's
        Assert.True(own.Common > 0, string.Join(' ', own.Sentences));
        Assert.DoesNotContain(own.Sentences, static sentence => sentence.Contains("another chat", StringComparison.Ordinal));

        var elsewhere = _rig.Store.Create();
        Assert.True(_rig.Chat.Send(elsewhere, "z", Model));
        await _rig.UntilAsync(static messages => messages[^1].State is MessageState.Complete, elsewhere);
        Assert.EndsWith("may be gone from its cache.", (await ReadAsync("y", [])).Comparison.Sentences[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16_384, "The model is in memory with another context window")]
    [InlineData(8_192, null)]
    public async Task What_would_load_the_model_anew_or_take_it_out_of_memory_is_not_asked_of_the_server(int window, string? reason)
    {
        _rig.Conversation.SetParameters(ChatParameters.None.With(ChatParameter.NumCtx, JsonValue.Create(window)).With(ChatParameter.KeepAlive, JsonValue.Create("0")));
        var since = TimeProvider.System.GetUtcNow();

        var rendered = await _preview.RenderAsync(await ReadAsync("y", []), default);

        Assert.StartsWith(reason ?? "", rendered.Reason ?? "", StringComparison.Ordinal);
        Assert.Equal(reason is null, rendered.Prompt is not null);
        Assert.All(Chats, static chat => Assert.DoesNotContain("keep_alive", chat.Body, StringComparison.Ordinal));
        Assert.Equal(reason is null ? 1 : 0, Chats.Count());
        Assert.Equal(reason is null ? [Model] : [], _rig.Servers.QuietlyUsedSince(_rig.Servers.Status.Active, since));
    }

    [Fact]
    public async Task While_a_call_is_replayed_the_server_is_not_asked()
    {
        _holds = true;
        var runner = new ReplayRunner(_rig.Servers, _rig.Store, _rig, _rig.Settings, new ContentCapture(_rig.Settings), TimeProvider.System);
        var preview = new PromptPreview(_rig.Settings, _rig.Servers, new ChatTools(new ToolBox([]), new ModelCapabilities(_rig.Servers)), _rig.Store, new TokenRatios(), TimeProvider.System, runner);
        var next = await ReadAsync("y", []);
        var replay = runner.RunAsync(new ModelCallRequest { Model = Model, Messages = [new ChatMessage(ChatRole.User, "x")], IsStreamed = true }, Web.Traces.SpanSamples.Span(1), static _ => { }, static _ => { }, default);

        Assert.StartsWith("A call is being replayed", (await preview.RenderAsync(next, default)).Reason, StringComparison.Ordinal);

        _ended.SetResult();
        await replay;
        Assert.Null((await preview.RenderAsync(next, default)).Reason);
    }

    private Task<NextRequest> ReadAsync(string draft, ImmutableArray<Attachment> files) =>
        _preview.ReadAsync(_rig.Conversation, _rig.Conversation.Parameters, _rig.Conversation.DisabledTools, Model, draft, files, default);

    private async Task AnswerAsync(HttpContext context)
    {
        var body = context.RequestBody();
        if (context.Request.Path.Value is "/api/chat" && body.Contains("_debug_render_only", StringComparison.Ordinal))
        {
            await context.Response.WriteAsync(_renders
                ? """{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"","content":""},"done":false,"_debug_info":{"rendered_template":"<|user|>What is a span?"}}"""
                : """{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"A"},"done":true,"done_reason":"length"}""");
            return;
        }

        if (context.Request.Path.Value is "/api/chat")
        {
            await (_holds ? _ended.Task : Task.CompletedTask);
            if (_refuses)
            {
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                await context.Response.WriteAsync("""{"error":"out of memory"}""");
                return;
            }

            await context.Response.WriteLinesAsync("""{"model":"m","message":{"role":"assistant","content":"ok"},"done":true,"done_reason":"stop"}""");
            return;
        }

        await context.Response.WriteAsync(context.Request.Path.Value switch
        {
            "/api/version" => """{"version":"0.12.3"}""",
            "/api/tags" => """{"models":[{"name":"m:latest","digest":"d","size":1,"capabilities":["completion","tools","vision"]}]}""",
            "/api/ps" => _isLoaded ? """{"models":[{"name":"m:latest","size":1,"size_vram":1,"context_length":8192}]}""" : """{"models":[]}""",
            _ => "{}",
        });
    }

    private sealed class Source : IToolSource
    {
        public IReadOnlyList<StudioTool> Tools { get; } = [s_tool];

        public event Action? Changed { add { } remove { } }
    }
}
