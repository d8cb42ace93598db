using System.ComponentModel;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama;

/// <summary>What the chat client sends for messages and options.</summary>
public class ChatClientRequestTests
{
    [Fact]
    public async Task A_conversation_with_thinking_tools_and_images_is_sent_as_Ollama_wants_it()
    {
        byte[] image = [0x89, 0x50, 0x4E, 0x47];
        JsonElement request = await SendAsync(
        [
            new(ChatRole.System, "Be brief."),
            new(ChatRole.User, [new TextContent("What is "), new TextContent("this?"), new DataContent(image, "image/png")]),
            new(ChatRole.Assistant,
            [
                new TextReasoningContent("Two sums…"),
                new TextContent("Let me see."),
                new FunctionCallContent("c1", "add", new Dictionary<string, object?> { ["a"] = 5, ["b"] = JsonElement.Parse("3") }),
                new FunctionCallContent("c2", "now"),
            ]),
            new(ChatRole.Tool, [new FunctionResultContent("c2", "noon"), new FunctionResultContent("c1", 8)]),
            new(ChatRole.Assistant, "8, at noon."),
            new(ChatRole.User, "Danke, „größer“ <b>?"),
        ]);

        Assert.Equal(
            """
            [{"role":"system","content":"Be brief."},
            {"role":"user","content":"What is this?","images":["iVBORw=="]},
            {"role":"assistant","content":"Let me see.","thinking":"Two sums…","tool_calls":[{"id":"c1","function":{"index":0,"name":"add","arguments":{"a":5,"b":3}}},{"id":"c2","function":{"index":1,"name":"now","arguments":{}}}]},
            {"role":"tool","content":"8","tool_name":"add","tool_call_id":"c1"},
            {"role":"tool","content":"noon","tool_name":"now","tool_call_id":"c2"},
            {"role":"assistant","content":"8, at noon."},
            {"role":"user","content":"Danke, „größer“ <b>?"}]
            """.ReplaceLineEndings(""),
            request.GetProperty("messages").GetRawText());
    }

    [Fact]
    public async Task Results_in_messages_of_their_own_go_out_in_the_order_of_the_calls()
    {
        JsonElement request = await SendAsync(
        [
            new(ChatRole.Assistant, [new FunctionCallContent("c1", "a"), new FunctionCallContent("c2", "b")]),
            new(ChatRole.Tool, [new FunctionResultContent("c2", "B")]),
            new(ChatRole.Tool, [new FunctionResultContent("c1", "A")]),
            new(ChatRole.Tool, [new FunctionResultContent("c9", "?")]),
        ]);

        Assert.Equal(["A", "B", "?"], request.GetProperty("messages").EnumerateArray().Skip(1).Select(message => message.GetProperty("content").GetString()));
    }

    [Fact]
    public async Task Results_of_any_type_become_text_and_their_images_go_along()
    {
        JsonElement request = await SendAsync(
        [
            new(ChatRole.Assistant, [.. Enumerable.Range(1, 6).Select(number => new FunctionCallContent($"c{number}", "t"))]),
            new(ChatRole.Tool,
            [
                new FunctionResultContent("c1", new { Sum = 8 }),
                new FunctionResultContent("c2", null),
                new FunctionResultContent("c3", null) { Exception = new InvalidOperationException("password is hunter2") },
                new FunctionResultContent("c4", JsonElement.Parse("\"plain\"")),
                new FunctionResultContent("c5", new AIContent[] { new TextContent("one"), new TextContent("two"), new DataContent(new byte[] { 1 }, "image/png") }),
                new FunctionResultContent("c6", JsonElement.Parse("""{"a":[1]}""")),
            ]),
        ]);

        JsonElement[] results = [.. request.GetProperty("messages").EnumerateArray().Skip(1)];
        Assert.Equal(
            ["""{"sum":8}""", "", "Error: the tool failed.", "plain", "one\ntwo", """{"a":[1]}"""],
            results.Select(result => result.GetProperty("content").GetString()));
        Assert.Equal("AQ==", results[4].GetProperty("images")[0].GetString());
    }

    [Fact]
    public async Task A_reply_that_was_stopped_before_its_first_word_is_left_out()
    {
        JsonElement request = await SendAsync([new(ChatRole.User, "a"), new(ChatRole.Assistant, ""), new(ChatRole.Assistant, [new ErrorContent("failed")]), new(ChatRole.User, "")]);

        Assert.Equal("""[{"role":"user","content":"a"},{"role":"user","content":""}]""", request.GetProperty("messages").GetRawText());
    }

    [Fact]
    public async Task Half_a_character_in_a_prompt_is_sent_as_a_replacement()
    {
        JsonElement request = await SendAsync([new(ChatRole.User, "cut \ud83e")]);

        Assert.Equal("cut \uFFFD", request.GetProperty("messages")[0].GetProperty("content").GetString());
    }

    [Fact]
    public async Task Every_option_goes_where_Ollama_reads_it()
    {
        JsonElement request = await SendAsync([new(ChatRole.User, "a")], new ChatOptions
        {
            ModelId = "other",
            Instructions = "Be kind.",
            Temperature = 0.5f,
            TopP = 0.25f,
            TopK = 40,
            Seed = 7,
            MaxOutputTokens = 128,
            FrequencyPenalty = 1.5f,
            PresencePenalty = -0.5f,
            StopSequences = ["END"],
            ResponseFormat = ChatResponseFormat.Json,
            Reasoning = new ReasoningOptions { Effort = ReasoningEffort.High },
            AdditionalProperties = new()
            {
                ["num_ctx"] = 8192, ["num_batch"] = 256L, ["num_gpu"] = "-1", ["main_gpu"] = 0, ["use_mmap"] = "True", ["num_thread"] = JsonElement.Parse("4"),
                ["num_keep"] = 4, ["min_p"] = 0.5, ["typical_p"] = "0.75", ["repeat_last_n"] = 64, ["repeat_penalty"] = 1.25f,
                ["keep_alive"] = "5m", ["truncate"] = false, ["shift"] = JsonElement.Parse("true"), ["logprobs"] = true, ["top_logprobs"] = 3,
                ["session.id"] = "not Ollama's business",
            },
        });

        Assert.Equal(
            """
            {"model":"other","messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"a"}],"format":"json","think":"high","keep_alive":"5m",
            "options":{"num_ctx":8192,"num_batch":256,"num_gpu":-1,"main_gpu":0,"use_mmap":true,"num_thread":4,"num_keep":4,"seed":7,"num_predict":128,"temperature":0.5,"top_k":40,"top_p":0.25,"min_p":0.5,"typical_p":0.75,"repeat_last_n":64,"repeat_penalty":1.25,"presence_penalty":-0.5,"frequency_penalty":1.5,"stop":["END"]},
            "truncate":false,"shift":true,"logprobs":true,"top_logprobs":3,"stream":true}
            """.ReplaceLineEndings(""),
            request.GetRawText());
    }

    [Theory]
    [InlineData(ReasoningEffort.None, "false")]
    [InlineData(ReasoningEffort.Low, "\"low\"")]
    [InlineData(ReasoningEffort.Medium, "\"medium\"")]
    [InlineData(ReasoningEffort.High, "\"high\"")]
    [InlineData(ReasoningEffort.ExtraHigh, "\"max\"")]
    public async Task Effort_becomes_a_level_of_thinking(ReasoningEffort effort, string think)
    {
        JsonElement request = await SendAsync([new(ChatRole.User, "a")], new ChatOptions { Reasoning = new ReasoningOptions { Effort = effort } });

        Assert.Equal(think, request.GetProperty("think").GetRawText());
    }

    [Theory]
    [InlineData(true, "true")]
    [InlineData("False", "false")]
    [InlineData("max", "\"max\"")]
    public async Task Thinking_can_be_switched_without_a_level(object value, string think)
    {
        JsonElement request = await SendAsync([new(ChatRole.User, "a")], new ChatOptions { AdditionalProperties = new() { ["think"] = value } });

        Assert.Equal(think, request.GetProperty("think").GetRawText());
    }

    [Theory]
    [InlineData(-1, "-1")]
    [InlineData(0, "0")]
    [InlineData("300", "300")]
    [InlineData("1h30m", "\"1h30m\"")]
    public async Task The_time_to_stay_in_memory_is_sent_as_seconds_or_as_it_is(object value, string keepAlive)
    {
        JsonElement request = await SendAsync([new(ChatRole.User, "a")], new ChatOptions { AdditionalProperties = new() { ["keep_alive"] = value } });

        Assert.Equal(keepAlive, request.GetProperty("keep_alive").GetRawText());
    }

    [Fact]
    public async Task An_option_of_the_wrong_type_is_refused_by_name_before_anything_is_sent()
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(Lines.Done);
        using var client = new OllamaClient(server.Endpoint);
        using var chat = new OllamaChatClient(client, "m");

        var error = await Assert.ThrowsAsync<OllamaException>(() =>
            chat.GetResponseAsync("a", new ChatOptions { AdditionalProperties = new() { ["num_ctx"] = "a lot" } }));

        Assert.Equal(OllamaErrorKind.Refused, error.Kind);
        Assert.Contains("num_ctx", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Tools_are_offered_without_the_boolean_schemas_that_Ollama_cannot_read()
    {
        AIFunctionDeclaration declared = AIFunctionFactory.CreateDeclaration("any", null, JsonElement.Parse("""{"type":"object","properties":{"x":true}}"""));
        JsonElement request = await SendAsync([new(ChatRole.User, "a")], new ChatOptions { Tools = [AIFunctionFactory.Create(Add, "add"), declared, new HostedWebSearchTool()] });

        JsonElement[] tools = [.. request.GetProperty("tools").EnumerateArray()];
        Assert.Equal(["add", "any"], tools.Select(tool => tool.GetProperty("function").GetProperty("name").GetString()));
        Assert.All(tools, tool => Assert.Equal("function", tool.GetProperty("type").GetString()));
        Assert.Equal("Adds.", tools[0].GetProperty("function").GetProperty("description").GetString());
        Assert.Equal("integer", tools[0].GetProperty("function").GetProperty("parameters").GetProperty("properties").GetProperty("a").GetProperty("type").GetString());
        Assert.False(tools[1].GetProperty("function").TryGetProperty("description", out _));
        Assert.Equal("{}", tools[1].GetProperty("function").GetProperty("parameters").GetProperty("properties").GetProperty("x").GetRawText());
    }

    [Fact]
    public async Task The_choice_of_tools_is_made_by_what_is_offered()
    {
        AITool[] tools = [AIFunctionFactory.Create(Add, "add"), AIFunctionFactory.Create(Add, "plus")];

        JsonElement none = await SendAsync([new(ChatRole.User, "a")], new ChatOptions { Tools = tools, ToolMode = ChatToolMode.None });
        JsonElement one = await SendAsync([new(ChatRole.User, "a")], new ChatOptions { Tools = tools, ToolMode = ChatToolMode.RequireSpecific("plus") });

        Assert.False(none.TryGetProperty("tools", out _));
        Assert.Equal("plus", Assert.Single(one.GetProperty("tools").EnumerateArray()).GetProperty("function").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_schema_for_the_answer_is_sent_as_its_format()
    {
        JsonElement request = await SendAsync([new(ChatRole.User, "a")], new ChatOptions
        {
            ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{"type":"object","properties":{"x":true}}""")),
        });

        Assert.Equal("""{"type":"object","properties":{"x":{}}}""", request.GetProperty("format").GetRawText());
    }

    [Fact]
    public async Task A_raw_request_is_the_base_and_what_it_sets_stays()
    {
        JsonElement request = await SendAsync([new(ChatRole.User, "a")], new ChatOptions
        {
            Temperature = 1,
            ModelId = "other",
            RawRepresentationFactory = _ => new OllamaChatRequest { Model = "raw", Options = new OllamaOptions { MinP = 0.5f, Other = new Dictionary<string, JsonElement> { ["new_option"] = JsonElement.Parse("[1]") } } },
        });

        Assert.Equal("""{"model":"raw","messages":[{"role":"user","content":"a"}],"options":{"min_p":0.5,"new_option":[1]},"truncate":false,"stream":true}""", request.GetRawText());
    }

    [Theory]
    [MemberData(nameof(Unsendable))]
    public async Task What_Ollama_cannot_take_is_refused_rather_than_dropped(AIContent content)
    {
        using var client = new OllamaClient(OllamaEndpoint.Default);
        using var chat = new OllamaChatClient(client, "m");

        var error = await Assert.ThrowsAsync<OllamaException>(() => chat.GetResponseAsync(new ChatMessage(ChatRole.User, [content])));

        Assert.Equal(OllamaErrorKind.Refused, error.Kind);
        Assert.NotNull(error.NextStep);
    }

    public static TheoryData<AIContent> Unsendable() =>
        [new UriContent("https://example.com/a.png", "image/png"), new DataContent(new byte[] { 1 }, "application/pdf")];

    [Fact]
    public async Task Without_a_model_nothing_is_sent()
    {
        using var client = new OllamaClient(OllamaEndpoint.Default);
        using var chat = new OllamaChatClient(client);

        Assert.Equal(OllamaErrorKind.Refused, (await Assert.ThrowsAsync<OllamaException>(() => chat.GetResponseAsync("a"))).Kind);
    }

    [Fact]
    public void It_says_who_it_is()
    {
        using var client = new OllamaClient(OllamaEndpoint.Parse("gpu-box"));
        using var chat = new OllamaChatClient(client, "m");

        var metadata = chat.GetService<ChatClientMetadata>();
        Assert.Equal(("ollama", new Uri("http://gpu-box:11434/"), "m"), (metadata!.ProviderName, metadata.ProviderUri, metadata.DefaultModelId));
        Assert.Same(client, chat.GetService<OllamaClient>());
        Assert.Same(chat, chat.GetService<IChatClient>());
        Assert.Null(chat.GetService<OllamaClient>("key"));
        Assert.Null(chat.GetService<string>());
    }

    private static async Task<JsonElement> SendAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null)
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(Lines.Done);
        using var client = new OllamaClient(server.Endpoint);
        using var chat = new OllamaChatClient(client, "m");
        await chat.GetStreamingResponseAsync(messages, options).CollectAsync();
        return JsonElement.Parse(server.Request.Body);
    }

    [Description("Adds.")]
    private static int Add(int a, int b) => a + b;
}
