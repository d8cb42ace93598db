using System.Text.Json.Nodes;
using OllamaStudio.Core.Chat.Parameters;

namespace OllamaStudio.Tests.Chat.Parameters;

public sealed class ChatParameterTests
{
    [Theory]
    [InlineData("num_ctx", "8192", "8192")]
    [InlineData("num_ctx", " 8e3 ", "8000")]
    [InlineData("num_predict", "-1", "-1")]
    [InlineData("temperature", "0.70", "0.7")]
    [InlineData("temperature", "0", "0")]
    [InlineData("seed", "9007199254740991", "9007199254740991")]
    [InlineData("repeat_penalty", "1.10", "1.1")]
    [InlineData("stop", "END\n\\n\\nUser:\na\\\\b", """["END","\n\nUser:","a\\b"]""")]
    [InlineData("think", "false", "false")]
    [InlineData("think", "high", "\"high\"")]
    [InlineData("logprobs", "true", "true")]
    [InlineData("format", "json", "\"json\"")]
    [InlineData("format", """{"type": "object"}""", """{"type":"object"}""")]
    [InlineData("temperature", "0,7", "0.7")]
    [InlineData("keep_alive", "1h30m", "\"1h30m\"")]
    [InlineData("keep_alive", "-1", "\"-1\"")]
    [InlineData("system", " Be brief.\n", "\" Be brief.\\n\"")]
    public void What_is_typed_is_kept_in_one_form_and_shown_so_that_it_reads_as_the_same(string name, string typed, string kept)
    {
        var parameter = Of(name);

        Assert.True(parameter.TryRead(typed, out var value, out var fault), fault);
        Assert.Equal(kept, value?.ToJsonString());

        var shown = ChatParameters.None.With(parameter, value).TextOf(parameter);
        Assert.NotNull(shown);
        Assert.True(parameter.TryRead(shown, out var again, out _));
        Assert.Equal(kept, again?.ToJsonString());
    }

    [Theory]
    [InlineData("num_ctx", "3", "It must be a whole number from 4 to 10,485,760, such as 8192.")]
    [InlineData("num_ctx", "8k", "It must be a whole number from 4 to 10,485,760, such as 8192.")]
    [InlineData("num_ctx", "4096.5", "It must be a whole number from 4 to 10,485,760, such as 8192.")]
    [InlineData("num_predict", "0", "0 would be no reply at all.")]
    [InlineData("temperature", "0,7,1", "It must be a number from 0 to 5, such as 0.7.")]
    [InlineData("temperature", "1.0,7", "It must be a number from 0 to 5, such as 0.7.")]
    [InlineData("num_ctx", "8,192", "It must be a whole number from 4 to 10,485,760, such as 8192.")]
    [InlineData("temperature", "-0.1", "It must be a number from 0 to 5, such as 0.7.")]
    [InlineData("temperature", "NaN", "It must be a number from 0 to 5, such as 0.7.")]
    [InlineData("top_p", "1.01", "It must be a number from 0 to 1, such as 0.9.")]
    [InlineData("repeat_penalty", "0", "It must be a number from 0.1 to 5, such as 1.1.")]
    [InlineData("seed", "9007199254740992", "It must be a whole number from -1 to 9,007,199,254,740,991, such as 42.")]
    [InlineData("think", "very", "It must be one of false, true, low, medium, high, max.")]
    [InlineData("format", "[]", "It must be the word json, or a JSON schema, which is an object: { \"type\": \"object\", … }.")]
    [InlineData("format", "{\n\"a\" 1}", "It must be the word json, or a JSON schema. As JSON it breaks in line 2, at character 5.")]
    [InlineData("keep_alive", "5 minutes", "It must be a time such as 10m or 1h30m, a number of seconds, -1 for as long as Ollama runs, or 0 for not at all.")]
    public void What_makes_no_sense_is_refused_in_words_that_say_what_would_be_right(string name, string typed, string fault)
    {
        Assert.False(Of(name).TryRead(typed, out _, out var said));
        Assert.Equal(fault, said);
    }

    [Fact]
    public void Blank_is_not_set_for_each_of_them()
    {
        Assert.NotEmpty(ChatParameter.All);
        Assert.All(ChatParameter.All, parameter =>
        {
            Assert.True(parameter.TryRead(" \n", out var value, out _));
            Assert.Null(value);
            Assert.EndsWith(".", parameter.Effect, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void What_another_version_wrote_stays_and_what_makes_no_sense_is_not_set()
    {
        var kept = ChatParameters.Read("""{"mirostat":{"tau":5},"temperature":"hot","top_k":40}""");

        Assert.Equal([ChatParameter.TopK], kept.Set);
        Assert.Equal("""{"mirostat":{"tau":5},"seed":7,"temperature":"hot","top_k":40}""", kept.With(ChatParameter.Seed, JsonValue.Create(7)).ToJson());
        Assert.Equal("""{"mirostat":{"tau":5}}""", kept.Cleared().ToJson());
        Assert.Equal(kept, ChatParameters.Read(kept.ToJson()));
        Assert.Null(kept.ToOptions("m").Temperature);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"temperature\":")]
    public void What_is_no_object_is_nothing(string? json)
    {
        var read = ChatParameters.Read(json);
        Assert.True(read.IsEmpty);
        Assert.Null(read.ToJson());
    }

    [Fact]
    public void What_is_set_goes_before_a_default_and_what_cannot_be_used_does_not()
    {
        var defaults = ChatParameters.Read("""{"temperature":0.2,"top_k":20,"system":"Be brief."}""");
        var own = ChatParameters.Read("""{"temperature":1,"top_k":"many","seed":3}""");

        var both = own.Over(defaults);

        Assert.Equal("1", both.TextOf(ChatParameter.Temperature));
        Assert.Equal("20", both.TextOf(ChatParameter.TopK));
        Assert.Equal("3", both.TextOf(ChatParameter.Seed));
        Assert.Equal("Be brief.", both.SystemPrompt);
        Assert.Equal([ChatParameter.System, ChatParameter.Temperature, ChatParameter.Seed], both.DifferingFrom(ChatParameters.Read("""{"top_k":20}""")));
    }

    [Fact]
    public void What_is_left_to_the_server_goes_before_a_default_until_something_is_set()
    {
        var defaults = ChatParameters.Read("""{"temperature":0.2,"top_k":20}""");
        var own = ChatParameters.Read("""{"temperature":1}""").WithServersOwn(ChatParameter.Temperature, isServers: true);

        Assert.Equal("""{"servers_own":["temperature"]}""", own.ToJson());
        Assert.Equal([ChatParameter.TopK], own.Over(defaults).Set);
        Assert.Null(ChatParameters.Read(own.ToJson()).Over(defaults).ToOptions("m").Temperature);
        Assert.Equal("0.2", own.WithServersOwn(ChatParameter.Temperature, isServers: false).Over(defaults).TextOf(ChatParameter.Temperature));
        Assert.Equal("""{"temperature":0.7}""", own.With(ChatParameter.Temperature, JsonValue.Create(0.7)).ToJson());
        Assert.True(own.Cleared().IsEmpty);
        Assert.Empty(ChatParameters.Read("""{"servers_own":[1,"x",null]}""").ServersOwn);
    }

    [Fact]
    public void What_is_as_elsewhere_is_left_out_whatever_its_form()
    {
        var set = ChatParameters.Read("""{"temperature":0.6,"top_k":40,"stop":["<|a|>","<|b|>"],"system":"Be brief.","mirostat":2}""");

        var left = set.Without(new Dictionary<string, string>(StringComparer.Ordinal) { ["temperature"] = "0.60", ["top_k"] = "41", ["stop"] = "<|a|>\n<|b|>", ["min_p"] = "hot" });

        Assert.Equal("""{"mirostat":2,"system":"Be brief.","top_k":40}""", left.ToJson());
    }

    private static ChatParameter Of(string name) => ChatParameter.All.Single(parameter => parameter.Name == name);
}
