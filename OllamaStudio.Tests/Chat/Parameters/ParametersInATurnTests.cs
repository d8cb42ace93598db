using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Telemetry;

namespace OllamaStudio.Tests.Chat.Parameters;

/// <summary>What a conversation's parameters become on the wire and on the span.</summary>
[Collection("telemetry")]
public sealed class ParametersInATurnTests : IAsyncLifetime
{
    private const string Everything = """
        {"num_ctx":8192,"temperature":0.2,"top_p":0.9,"top_k":40,"min_p":0.05,"seed":42,"stop":["END","\n\nUser:"],"num_predict":256,"repeat_penalty":1.1,
         "think":"low","format":{"type":"object"},"keep_alive":"10m","mirostat":2}
        """;

    private readonly SpanCollector _spans = new();
    private ScriptedServer _ollama = null!;
    private ChatRig _rig = null!;

    public async Task InitializeAsync()
    {
        _ollama = await ScriptedServer.StartAsync(context => context.Response.WriteLinesAsync(context.Request.Path.Value switch
        {
            "/api/chat" => """{"model":"m","message":{"role":"assistant","content":"Hi"},"done":true,"done_reason":"stop"}""",
            "/api/tags" => """{"models":[{"name":"m:latest","model":"m:latest","details":{},"capabilities":["completion"]}]}""",
            _ => "{}",
        }));
        _rig = await ChatRig.StartAsync(_ollama.Address);
    }

    public async Task DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _ollama.DisposeAsync();
        _spans.Dispose();
    }

    [Fact]
    public async Task Where_nothing_is_set_nothing_of_it_is_sent()
    {
        var sent = await SendAsync();

        Assert.Equal(["messages", "model", "stream", "truncate"], sent.Select(static field => field.Key).Order(StringComparer.Ordinal));
        Assert.Equal("user", Assert.Single(sent["messages"]!.AsArray())!["role"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_is_set_is_sent_in_the_types_that_Ollama_takes_and_what_is_unknown_is_not()
    {
        _rig.Conversation.SetParameters(ChatParameters.Read(Everything));

        var sent = await SendAsync();

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {"num_ctx":8192,"temperature":0.2,"top_p":0.9,"top_k":40,"min_p":0.05,"seed":42,"stop":["END","\n\nUser:"],"num_predict":256,"repeat_penalty":1.1}
                """), sent["options"]), sent["options"]?.ToJsonString());
        Assert.Equal("low", sent["think"]!.GetValue<string>());
        Assert.Equal("10m", sent["keep_alive"]!.GetValue<string>());
        Assert.Equal("object", sent["format"]!["type"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"think":true}""", "think", "true")]
    [InlineData("""{"think":false}""", "think", "false")]
    [InlineData("""{"format":"json"}""", "format", "\"json\"")]
    [InlineData("""{"keep_alive":"-1"}""", "keep_alive", "-1")]
    [InlineData("""{"seed":9007199254740991}""", "options", """{"seed":9007199254740991}""")]
    public async Task Of_several_types_the_right_one_is_sent(string set, string field, string json)
    {
        _rig.Conversation.SetParameters(ChatParameters.Read(set));

        Assert.Equal(json, (await SendAsync())[field]?.ToJsonString());
    }

    [Fact]
    public async Task What_is_as_the_model_has_it_of_its_own_is_not_sent_and_the_server_is_asked_for_that_once()
    {
        var asked = 0;
        await using var ollama = await ScriptedServer.StartAsync(context => context.Response.WriteLinesAsync(context.Request.Path.Value switch
        {
            "/api/chat" => """{"model":"m","message":{"role":"assistant","content":"Hi"},"done":true,"done_reason":"stop"}""",
            "/api/tags" => """{"models":[{"name":"m:latest","model":"m:latest","digest":"d1","details":{},"capabilities":["completion"]}]}""",
            "/api/show" when Interlocked.Increment(ref asked) > 0 => """{"parameters":"temperature                    0.6\nnum_ctx                        8192"}""",
            _ => "{}",
        }));
        await using var rig = await ChatRig.StartAsync(ollama.Address);
        rig.Settings.Update(settings => settings with
        {
            Chat = settings.Chat with { ModelDefaults = [new ParameterSet { Name = "m:latest", Parameters = ChatParameters.Read("""{"temperature":0.2}""").ToTexts() }] },
        });
        Assert.Equal("""{"temperature":0.2}""", await SentAsync("{}")); // a default of the person's own
        Assert.Equal("""{"num_ctx":8192,"top_k":40}""", await SentAsync("""{"temperature":0.6,"num_ctx":8192,"top_k":40}""")); // the window is always said: it is compared with what is in memory
        Assert.Equal("""{"num_ctx":4096,"temperature":0.7}""", await SentAsync("""{"temperature":0.7,"num_ctx":4096}"""));
        Assert.Equal(1, asked);

        async Task<string?> SentAsync(string set)
        {
            rig.Conversation.SetParameters(ChatParameters.Read(set));
            Assert.True(rig.Chat.Send(rig.Conversation, "Hello", "m:latest"));
            await rig.EndAsync();
            var options = JsonNode.Parse(ollama.Requests.Last(static request => request.Path == "/api/chat").Body)!["options"]?.AsObject();
            return options is null ? null : new JsonObject(options.OrderBy(static option => option.Key, StringComparer.Ordinal).Select(static option => KeyValuePair.Create(option.Key, option.Value?.DeepClone()))).ToJsonString();
        }
    }

    [Fact]
    public async Task A_models_default_holds_where_the_conversation_says_nothing_else_and_for_no_other_model()
    {
        _rig.Settings.Update(settings => settings with
        {
            Chat = settings.Chat with
            {
                ModelDefaults =
                [
                    new() { Name = "other", Parameters = ImmutableSortedDictionary<string, string>.Empty.Add("top_k", "1") },
                    new() { Name = "M", Parameters = ImmutableSortedDictionary<string, string>.Empty.Add("temperature", "0.1").Add("seed", "7").Add("system", "Be kind.") },
                ],
            },
        });
        _rig.Conversation.SetParameters(ChatParameters.Read("""{"temperature":1,"preset":"Warm"}"""));

        var sent = await SendAsync();

        Assert.Equal("""{"seed":7,"temperature":1}""", sent["options"]?.ToJsonString());
        Assert.Equal("Be kind.", sent["messages"]![0]!["content"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_the_conversation_sets_for_itself_is_known_of_its_model_calls_and_the_defaults_are_not_of_it()
    {
        using var feed = new SpanFeed(TimeProvider.System);
        using var listener = new SpanListener(feed, StudioDiagnostics.Name);
        _rig.Settings.Update(static settings => settings with
        {
            Chat = settings.Chat with { ModelDefaults = [new() { Name = "m", Parameters = ImmutableSortedDictionary<string, string>.Empty.Add("temperature", "0.1").Add("num_ctx", "8192") }] },
        });
        Assert.Equal((false, false), await OwnAsync("{}"));
        Assert.Equal((false, false), await OwnAsync("""{"temperature":0.1,"top_k":3}"""));
        Assert.Equal((false, true), await OwnAsync("""{"temperature":1}"""));
        Assert.Equal((true, false), await OwnAsync("""{"num_ctx":4096}"""));

        async Task<(bool Context, bool Options)> OwnAsync(string parameters)
        {
            _rig.Conversation.SetParameters(ChatParameters.Read(parameters));
            await SendAsync();
            var call = SpanRollups.Of(feed.FindTrace(_rig.Conversation.Messages[^1].TraceId!)!.Spans).Select(static counted => MeasuredCall.Of(counted.Span, counted.Key)).Single(static call => call is not null)!;
            return (call.HasOwnContext, call.HasOwnOptions);
        }
    }

    [Fact]
    public async Task The_system_prompt_is_sent_first_filled_in_however_much_of_the_history_is_cut()
    {
        _rig.Settings.Update(settings => settings with { Chat = new ChatSettings { MaxConversationHistory = 1 } });
        _rig.Conversation.SetParameters(ChatParameters.None.With(ChatParameter.System, "You are {{model}}. It is {{date}}. Leave {{this}}."));

        await SendAsync("One");
        var sent = await SendAsync("Two");

        var messages = sent["messages"]!.AsArray();
        Assert.Equal(["system", "user"], messages.Select(static message => message!["role"]!.GetValue<string>()));
        Assert.StartsWith("You are m:latest. It is 2", messages[0]!["content"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("Two", messages[1]!["content"]!.GetValue<string>());
    }

    [Fact]
    public void Variables_are_filled_in_by_the_day_of_the_person_and_all_else_in_braces_stays() => Assert.Equal(
        "m:1 on 2026-11-27, 2026-11-27, {{name}} {date}",
        PromptVariables.Fill("{{model}} on {{date}}, {{DATE}}, {{name}} {date}", "m:1", new DateTimeOffset(2026, 11, 27, 0, 30, 0, TimeSpan.FromHours(5))));

    [Theory]
    [InlineData(CaptureLevel.Full)]
    [InlineData(CaptureLevel.Off)]
    public async Task The_spans_say_what_was_sent_and_the_prompt_only_where_it_is_captured(CaptureLevel capture)
    {
        _rig.Settings.Update(settings => settings with { Telemetry = settings.Telemetry with { Capture = capture } });
        _rig.Conversation.SetParameters(ChatParameters.Read(Everything).With(ChatParameter.System, "You are a brass owl."));

        await SendAsync();

        var call = _spans["ollama.chat_streaming"];
        Assert.Equal(0.2, call.GetTagItem("gen_ai.request.temperature"));
        Assert.Equal(42L, call.GetTagItem("gen_ai.request.seed"));
        Assert.Equal(40, call.GetTagItem("gen_ai.request.top_k"));
        Assert.Equal(256, call.GetTagItem("gen_ai.request.max_tokens"));
        Assert.Equal(8192, call.GetTagItem("llm.num_ctx"));
        Assert.Equal(0.05, call.GetTagItem("llm.min_p"));
        Assert.Equal(1.1, call.GetTagItem("llm.repeat_penalty"));
        Assert.Equal("low", call.GetTagItem("gen_ai.request.reasoning.level"));
        Assert.Equal(8192, call.GetTagItem("llm.context_window"));
        Assert.Equal(2, call.GetTagItem("llm.message_count"));
        Assert.Equal(2, _spans["chat_interaction"].GetTagItem("llm.message_count"));
        var told = string.Join('\n', call.TagObjects.Select(static tag => tag.Value));
        Assert.Equal(capture is CaptureLevel.Full, told.Contains("brass owl", StringComparison.Ordinal));
        Assert.Equal(capture is CaptureLevel.Full, told.Contains("END", StringComparison.Ordinal));
    }

    private async Task<JsonObject> SendAsync(string prompt = "Hello")
    {
        Assert.True(_rig.Chat.Send(_rig.Conversation, prompt, "m:latest"));
        await _rig.EndAsync();
        return JsonNode.Parse(_ollama.Requests.Last(static request => request.Path == "/api/chat").Body)!.AsObject();
    }
}
