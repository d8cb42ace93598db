using System.Text.Json.Nodes;
using OllamaStudio.Simulator;
using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Tests.Simulator;

public sealed class ReplyTests
{
    [Fact]
    public async Task The_same_seed_and_conversation_give_the_same_reply()
    {
        await using var one = await SimulatorHost.StartAsync(new SimulatorOptions { TokensPerSecond = 0, Seed = 7 });
        await using var two = await SimulatorHost.StartAsync(new SimulatorOptions { TokensPerSecond = 0, Seed = 7 });

        Assert.Equal(await one.TextAsync("demo-small", "Write something long"), await two.TextAsync("demo-small", "Write something long"));
    }

    [Theory]
    [InlineData("demo-small", true)]
    [InlineData("demo-thinking", false)]
    public async Task A_prompt_can_be_rendered_alone_and_an_answer_at_its_end_is_left_open_by_most_models(string model, bool isOpen)
    {
        await using var host = await SimulatorHost.StartAsync();
        var turns = "{\"model\":\"" + model + "\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"Count.\"},{\"role\":\"assistant\",\"content\":\"One,\"}]";

        var rendered = await host.AnswerAsync(turns + ",\"_debug_render_only\":true}");

        Assert.Equal(isOpen, ((string)rendered["_debug_info"]!["rendered_template"]!).EndsWith("One,", StringComparison.Ordinal));
        Assert.Contains("Count.", (string)rendered["_debug_info"]!["rendered_template"]!, StringComparison.Ordinal);
        Assert.False((bool)rendered["done"]!);
        Assert.Equal("", (string)rendered["message"]!["content"]!);
    }

    [Fact]
    public async Task Another_seed_gives_another_reply()
    {
        await using var host = await SimulatorHost.StartAsync();
        var replies = new HashSet<string>(StringComparer.Ordinal);

        for (var seed = 0; seed < 8; seed++)
        {
            var answer = await host.AnswerAsync(SimulatorHost.Ask("demo-small", "Write something long", $"\"options\":{{\"seed\":{seed}}}"));
            replies.Add((string)answer["message"]!["content"]!);
        }

        Assert.True(replies.Count > 1);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("what can you do?")]
    [InlineData("tell me a joke")]
    [InlineData("list some things")]
    [InlineData("show me code")]
    [InlineData("a table, please")]
    [InlineData("write something long")]
    public async Task Every_kind_of_reply_says_that_it_is_a_demo(string question)
    {
        await using var host = await SimulatorHost.StartAsync();

        Assert.Contains("built-in demo", await host.TextAsync("demo-small", question), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3,000 tokens of code", "```csharp\n", 100)]
    [InlineData("a long list", "1. **", 20)]
    [InlineData("a table of 6,000 tokens", "| Request |", 200)]
    public async Task A_long_reply_has_the_shape_that_was_asked_for(string question, string beginning, int leastLines)
    {
        await using var host = await SimulatorHost.StartAsync();

        var text = await host.TextAsync("demo-small", question);

        Assert.StartsWith(beginning, text, StringComparison.Ordinal);
        Assert.InRange(text.Split('\n').Length, leastLines, 3 * leastLines);
        Assert.True(text.Split("```").Length % 2 == 1, "A fence stays open.");
    }

    [Theory]
    [InlineData("write something long", 2000)]
    [InlineData("write 300 tokens", 300)]
    [InlineData("an essay of 5,000 tokens", 5000)]
    public async Task Long_answers_have_about_the_length_asked_for(string question, int tokens)
    {
        await using var host = await SimulatorHost.StartAsync();

        var answer = await host.AnswerAsync(SimulatorHost.Ask("demo-small", question));

        Assert.InRange((int)answer["eval_count"]!, tokens, tokens + 120);
    }

    [Theory]
    [InlineData("show me code", "```csharp\n", "```python\n", "```javascript\n")]
    [InlineData("some python code", "```python\n")]
    [InlineData("give me a table", "|:---|---:|:---|")]
    [InlineData("a list of things to try", "\n1. **", "\n   - ")]
    [InlineData("what can you do?", "demo-thinking", "live spans")]
    [InlineData("Show me a table of sorting algorithms", "| Merge sort |")]
    [InlineData("Write a C# function that checks an ISBN", "static bool IsIsbn(")]
    [InlineData("Explain time to first token in three sentences", "**Time to first token** is")]
    [InlineData("how do I send traces to Phoenix?", "/v1/traces", "## If nothing arrives")]
    [InlineData("who can see what I write? is it private?", "capture level")]
    public async Task Words_in_the_question_steer_the_answer(string question, params string[] expected)
    {
        await using var host = await SimulatorHost.StartAsync();

        var text = await host.TextAsync("demo-small", question);

        Assert.All(expected, part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Short_answers_are_short()
    {
        await using var host = await SimulatorHost.StartAsync();

        Assert.InRange((await host.TextAsync("demo-small", "What can you do, in short?")).Length, 20, 300);
    }

    [Fact]
    public async Task The_history_is_visible_in_the_answer()
    {
        await using var host = await SimulatorHost.StartAsync();
        const string Messages =
            """
            [{"role":"user","content":"Do llamas hum?"},{"role":"assistant","content":"Yes."},
             {"role":"user","content":"And alpacas?"},{"role":"assistant","content":"Also."},
             {"role":"user","content":"What did I ask before?"}]
            """;

        var answer = await host.AnswerAsync($$"""{"model":"demo-small","messages":{{Messages}}}""");

        var text = (string)answer["message"]!["content"]!;
        Assert.StartsWith("Just before this you wrote “And alpacas?”", text, StringComparison.Ordinal);
        Assert.Contains("1. “Do llamas hum?”", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thinking_comes_before_the_answer_and_can_be_switched_off_and_deepened()
    {
        await using var host = await SimulatorHost.StartAsync();

        var chunks = await host.ChatAsync("demo-thinking", "Hello");
        var firstAnswer = chunks.FindIndex(static chunk => ((string)chunk["message"]!["content"]!).Length > 0);
        var lastThought = chunks.FindLastIndex(static chunk => chunk["message"]!["thinking"] is not null);

        Assert.InRange(lastThought, 1, firstAnswer - 1);
        Assert.Equal(0, await LengthAsync("false"));
        var lengths = new[] { await LengthAsync("\"low\""), await LengthAsync("true"), await LengthAsync("\"high\""), await LengthAsync("\"max\"") };
        Assert.Equal(lengths.Order(), lengths);
        Assert.Equal(4, lengths.Distinct().Count());

        async Task<int> LengthAsync(string think) =>
            ((string?)(await host.AnswerAsync(SimulatorHost.Ask("demo-thinking", "Hello", $"\"think\":{think}")))["message"]!["thinking"] ?? "").Length;
    }

    [Fact]
    public async Task Format_json_is_an_object()
    {
        await using var host = await SimulatorHost.StartAsync();

        var answer = await host.AnswerAsync(SimulatorHost.Ask("demo-small", "Say \"hi\"", "\"format\":\"json\""));

        Assert.Equal("Say \"hi\"", (string?)JsonNode.Parse((string)answer["message"]!["content"]!)!["question"]);
    }

    [Fact]
    public async Task A_schema_is_answered_with_a_valid_instance()
    {
        await using var host = await SimulatorHost.StartAsync();
        const string Schema =
            """
            {"type":"object","required":["name","age","colour","tags","owner","kind","tame"],
             "properties":{
               "name":{"type":"string"},"age":{"type":"integer","minimum":18},
               "colour":{"enum":["red","green"]},"tags":{"type":"array","items":{"type":["string","null"]}},
               "owner":{"type":"object","required":["mail"],"properties":{"mail":{"type":"string"},"phone":{"type":"string"}}},
               "kind":{"const":"pet"},"tame":{"type":"boolean"},"more":{"type":"string"}}}
            """;

        var answer = await host.AnswerAsync(SimulatorHost.Ask("demo-small", "x", $"\"format\":{Schema}"));

        const string Expected = """{"name":"demo","age":18,"colour":"red","tags":["demo"],"owner":{"mail":"demo"},"kind":"pet","tame":true}""";
        Assert.Equal(Expected, (string?)answer["message"]!["content"]);
    }

    [Fact]
    public async Task A_deep_schema_is_answered_to_a_depth()
    {
        await using var host = await SimulatorHost.StartAsync();
        var schema = """{"type":"string"}""";
        for (var level = 0; level < 20; level++)
        {
            schema = $$$"""{"type":"object","properties":{"next":{{{schema}}}}}""";
        }

        var answer = await host.AnswerAsync(SimulatorHost.Ask("demo-small", "x", $"\"format\":{schema}"));

        Assert.NotNull(JsonNode.Parse((string)answer["message"]!["content"]!)!["next"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain words, and more words")]
    [InlineData("  indented\n\n\tcode = 12345678;  \r\n")]
    [InlineData("🦙🦙 ünïcode 漢字漢字漢字漢字漢字漢字 é́ \uD83D lone")]
    public void Tokens_join_to_the_text_and_never_split_a_character(string text)
    {
        var tokens = Tokenizer.Split(text).ToArray();

        Assert.Equal(text, string.Concat(tokens));
        Assert.Equal(Tokenizer.Count(text), tokens.Length);
        Assert.All(tokens, static token => Assert.False(token.Length > 1 && char.IsHighSurrogate(token[^1])));
    }
}
