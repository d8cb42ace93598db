using System.Text.Json.Nodes;

namespace OllamaStudio.Tests.Simulator;

public sealed class ToolCallTests
{
    private const string Add = """{"type":"function","function":{"name":"add","description":"Adds two numbers.","parameters":{"type":"object","required":["a","b"],"properties":{"a":{"type":"number"},"b":{"type":"number"}}}}}""";
    private const string Sum = """{"type":"function","function":{"name":"get-sum","description":"Returns the sum of two numbers","parameters":{"type":"object","required":["a","b"],"properties":{"a":{"type":"number"},"b":{"type":"number"}}}}}""";
    private const string Multiply = """{"type":"function","function":{"name":"multiply","description":"Multiplies.","parameters":{"type":"object","properties":{"x":{"type":"integer"},"y":{"type":"integer"}}}}}""";
    private const string Calculator = """{"type":"function","function":{"name":"calculator","description":"Evaluates an expression.","parameters":{"type":"object","required":["expression"],"properties":{"expression":{"type":"string"}}}}}""";
    private const string Time = """{"type":"function","function":{"name":"get_current_time","description":"Tells the current time.","parameters":{"type":"object","properties":{"timezone":{"type":"string"}}}}}""";
    private const string Echo = """{"type":"function","function":{"name":"echo","description":"Echoes back the input","parameters":{"type":"object","required":["message"],"properties":{"message":{"type":"string"}}}}}""";
    private const string Address = """{"type":"function","function":{"name":"find_address","description":"Finds an address.","parameters":{"type":"object","properties":{"from":{"type":"number"},"to":{"type":"number"}}}}}""";

    [Theory]
    [InlineData("What is 5 + 3?", Add, "add", """{"a":5,"b":3}""")]
    [InlineData("what's 5 plus 3", Add, "add", """{"a":5,"b":3}""")]
    [InlineData("Add 2.5 and -4", Add, "add", """{"a":2.5,"b":-4}""")]
    [InlineData("the sum of 12 and 30 please", Sum, "get-sum", """{"a":12,"b":30}""")]
    [InlineData("What is 6 times 7?", Multiply, "multiply", """{"x":6,"y":7}""")]
    [InlineData("What is 5 + 3?", Calculator, "calculator", """{"expression":"5 + 3"}""")]
    [InlineData("Work out (2 + 3) * 4 - 1", Calculator, "calculator", """{"expression":"(2 + 3) * 4 - 1"}""")]
    [InlineData("What is 20 divided by 4?", Calculator, "calculator", """{"expression":"20 / 4"}""")]
    [InlineData("What time is it?", Time, "get_current_time", "{}")]
    [InlineData("What is the current time in Europe/Oslo?", Time, "get_current_time", """{"timezone":"Europe/Oslo"}""")]
    [InlineData("Use the tool echo to say \"good morning\"", Echo, "echo", """{"message":"good morning"}""")]
    [InlineData("echo hello world", Echo, "echo", """{"message":"hello world"}""")]
    public async Task A_question_for_a_sum_or_the_time_becomes_a_fitting_call(string question, string tool, string name, string arguments)
    {
        await using var host = await SimulatorHost.StartAsync();

        var chunks = await host.ChatAsync("demo-tools", question, $"\"tools\":[{tool}]");

        var call = Assert.Single(chunks[^2]["message"]!["tool_calls"]!.AsArray())!;
        Assert.False((bool)chunks[^2]["done"]!);
        Assert.Equal("stop", (string?)chunks[^1]["done_reason"]);
        Assert.Equal("", SimulatorHost.Content(chunks));
        Assert.Equal(name, (string?)call["function"]!["name"]);
        Assert.Matches("^call_[a-z0-9]{8}$", (string?)call["id"]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(arguments), call["function"]!["arguments"]), call.ToJsonString());
    }

    [Theory]
    [InlineData("Use the echo tool to say hello", "everything_echo", """{"message":"hello"}""")]
    [InlineData("Use the echo tool of the web server to say hello", "web_echo", """{"message":"hello"}""")]
    [InlineData("Ask the web server to echo good morning", "web_echo", """{"message":"good morning"}""")]
    [InlineData("web_echo \"hello\"", "web_echo", """{"message":"hello"}""")]
    [InlineData("call get-sum for 4 and 9", "everything_get-sum", """{"a":4,"b":9}""")]
    [InlineData("Use get sum for 4 and 9", "everything_get-sum", """{"a":4,"b":9}""")]
    [InlineData("What is 5 + 3? Ask the web server.", "web_add", """{"a":5,"b":3}""")]
    [InlineData("What is 5 + 3?", "add", """{"a":5,"b":3}""")]
    [InlineData("Use add for 5 and 3", "add", """{"a":5,"b":3}""")]
    public async Task Tools_that_bear_their_servers_name_are_found_by_their_own(string question, string name, string arguments)
    {
        await using var host = await SimulatorHost.StartAsync();
        string[] tools = [Add, Named("web", Add), Named("everything", Echo), Named("everything", Sum), Named("web", Echo), Named("web", Sum)];

        var chunks = await host.ChatAsync("demo-tools", question, $"\"tools\":[{string.Join(',', tools)}]");

        var function = Assert.Single(chunks[^2]["message"]!["tool_calls"]!.AsArray())!["function"]!;
        Assert.Equal(name, (string?)function["name"]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(arguments), function["arguments"]), function.ToJsonString());

        static string Named(string server, string tool) => tool.Replace("\"name\":\"", $"\"name\":\"{server}_", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Where is 5 + 3?", Address)]
    [InlineData("Is there an echo in here?", Echo)]
    [InlineData("What is an echo-sounder?", Echo)]
    [InlineData("Tell me a joke", Add)]
    [InlineData("What happened on 2024-01-15?", Add)]
    [InlineData("What is 5 + 3?", Time)]
    [InlineData("What is 5 * 3?", Add)]
    public async Task Without_a_fitting_tool_it_answers_in_words(string question, string tool)
    {
        await using var host = await SimulatorHost.StartAsync();

        var chunks = await host.ChatAsync("demo-tools", question, $"\"tools\":[{tool}]");

        Assert.All(chunks, static chunk => Assert.Null(chunk["message"]!["tool_calls"]));
        Assert.NotEqual("", SimulatorHost.Content(chunks));
    }

    [Fact]
    public async Task Two_questions_become_two_calls_in_one_answer()
    {
        await using var host = await SimulatorHost.StartAsync();

        var chunks = await host.ChatAsync("demo-tools", "What is 5 + 3, what is 10 + 20, and what time is it?", $"\"tools\":[{Time},{Add}]");

        var calls = chunks[^2]["message"]!["tool_calls"]!.AsArray();
        Assert.Equal(["add", "add", "get_current_time"], calls.Select(static call => (string?)call!["function"]!["name"]));
        Assert.Equal([0, 1, 2], calls.Select(static call => (int?)call!["function"]!["index"]));
        Assert.Equal(3, calls.Select(static call => (string?)call!["id"]).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Given_the_result_it_answers_with_a_sentence_that_has_it()
    {
        await using var host = await SimulatorHost.StartAsync();
        const string Messages =
            """
            [{"role":"user","content":"What is 5 + 3 and what time is it?"},
             {"role":"assistant","content":"","tool_calls":[{"id":"a","function":{"name":"add","arguments":{"a":5,"b":3}}},{"id":"b","function":{"name":"get_current_time","arguments":{}}}]},
             {"role":"tool","tool_name":"add","tool_call_id":"a","content":"8"},
             {"role":"tool","tool_name":"get_current_time","tool_call_id":"b","content":"{\"time\":\"10:15\"}"}]
            """;

        var answer = await host.AnswerAsync($$"""{"model":"demo-tools","tools":[{{Add}},{{Time}}],"messages":{{Messages}}}""");

        var text = (string)answer["message"]!["content"]!;
        Assert.Contains("**`5 + 3` = 8**, says the tool `add`", text, StringComparison.Ordinal);
        Assert.Contains("10:15", text, StringComparison.Ordinal);
        Assert.Null(answer["message"]!["tool_calls"]);
    }

    [Fact]
    public async Task A_call_that_the_person_denied_is_said_not_to_have_run()
    {
        await using var host = await SimulatorHost.StartAsync();
        const string Messages =
            """
            [{"role":"user","content":"Use the echo tool"},
             {"role":"assistant","content":"","tool_calls":[{"id":"a","function":{"name":"echo","arguments":{"message":"?"}}}]},
             {"role":"tool","tool_name":"echo","tool_call_id":"a","content":"The person denied this call. Do not make it again; go on without it, or ask what to do instead."}]
            """;

        var answer = await host.AnswerAsync($$"""{"model":"demo-tools","tools":[{{Echo}}],"messages":{{Messages}}}""");

        Assert.Contains("You did not allow the tool `echo`", (string?)answer["message"]!["content"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_tool_is_said_to_have_failed()
    {
        await using var host = await SimulatorHost.StartAsync();
        const string Messages =
            """
            [{"role":"user","content":"What is 5 + 3?"},
             {"role":"assistant","content":"","tool_calls":[{"id":"a","function":{"name":"add","arguments":{"a":5,"b":3}}}]},
             {"role":"tool","tool_name":"add","tool_call_id":"a","content":"Error: the tool took too long"}]
            """;

        var answer = await host.AnswerAsync($$"""{"model":"demo-tools","tools":[{{Add}}],"messages":{{Messages}}}""");

        Assert.Contains("did not succeed", (string?)answer["message"]!["content"], StringComparison.Ordinal);
    }
}
