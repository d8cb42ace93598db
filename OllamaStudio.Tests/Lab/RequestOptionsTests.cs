using OllamaStudio.Core.Lab;

namespace OllamaStudio.Tests.Lab;

public sealed class RequestOptionsTests
{
    [Theory]
    [InlineData("", "{}")]
    [InlineData("""{"temperature": 0.7, "num_ctx": 8192, "think": true, "seed": 9007199254740993, "keep_alive": "5m"}""", """{"temperature":0.7,"num_ctx":8192,"think":true,"seed":9007199254740993,"keep_alive":"5m"}""")]
    [InlineData("""{"format": {"type": "object"}, "stop": ["a", "b"]}""", """{"format":{"type":"object"},"stop":["a","b"]}""")]
    public void What_Ollama_takes_is_taken(string text, string expected)
    {
        Assert.True(RequestOptions.TryRead(text, out var options, out var problem), problem);
        Assert.Equal(expected, options.ToJsonString());
    }

    [Theory]
    [InlineData("{\"temperature\": }", "This is not JSON: look at line 1, character 17.")]
    [InlineData("[1]", "Options are a JSON object, such as {\"temperature\": 0.2}.")]
    [InlineData("{\"temperature\": \"hot\"}", "“hot” is not a value of temperature. Set temperature to a number.")]
    [InlineData("{\"num_ctx\": 1.5}", "“1.5” is not a value of num_ctx. Set num_ctx to a whole number.")]
    [InlineData("{\"num_ctx\": [1]}", "“[1]” is not a value of num_ctx. Set num_ctx to a whole number.")]
    [InlineData("{\"think\": \"hard\"}", "“hard” is not a value of think. Set think to true, false, low, medium, high or max.")]
    [InlineData("{\"seed\": \"x\"}", "“\"x\"” is not a value of seed. Set seed to a whole number.")]
    [InlineData("{\"stop\": 1}", "“1” is not a value of stop. Set stop to a list of texts, such as [\"END\"].")]
    [InlineData("{\"format\": \"xml\"}", "“\"xml\"” is not a value of format. Set format to \"json\" or to a JSON schema.")]
    [InlineData("{\"top_k\": 1, \"top_k\": 2}", "An option stands there twice. Take one of them out.")]
    public void What_is_wrong_is_said_with_what_to_do(string text, string expected)
    {
        Assert.False(RequestOptions.TryRead(text, out _, out var problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void An_unknown_option_is_refused_with_those_that_there_are()
    {
        Assert.False(RequestOptions.TryRead("""{"temprature": 1}""", out _, out var problem));
        Assert.StartsWith("“temprature” is not an option that the studio sends. Take it out, or use one of these: temperature, top_p,", problem, StringComparison.Ordinal);
    }
}
