using OllamaStudio.Core.Insights;

namespace OllamaStudio.Tests.Insights;

public sealed class QueryCompletionTests
{
    private static readonly QueryValues Values = new(["demo-small:latest", "qwen3:14b", "qwen3:8b", "a model"], ["ollama-client"], ["add", "divide"]);

    /// <summary>The bar is the caret.</summary>
    private static string[] Offered(string text) => [.. QueryCompletion.At(text.Replace("|", "", StringComparison.Ordinal), text.IndexOf('|', StringComparison.Ordinal), Values).Select(static one => one.Text)];

    [Theory]
    [InlineData("sta|", "status:")]
    [InlineData("sky tok|", "tokens.in>", "tokens.out>", "tokens.cached>")]
    [InlineData("-to|", "tool:", "tokens.in>", "tokens.out>", "tokens.cached>")]
    [InlineData("status:|", "status:running", "status:ok", "status:error", "status:unset", "status:interrupted")]
    [InlineData("status:i|", "status:interrupted")]
    [InlineData("status:e|", "status:error")]
    [InlineData("-model:QW| sky", "model:qwen3:14b", "model:qwen3:8b")]
    [InlineData("model:8|", "model:qwen3:8b")]
    [InlineData("model:demo|", "model:demo-small")]
    [InlineData("model:a|", "model:\"a model\"", "model:demo-small")]
    [InlineData("tool:|", "tool:any", "tool:add", "tool:divide")]
    [InlineData("feed|", "feedback:")]
    [InlineData("feedback:|", "feedback:up", "feedback:down", "feedback:any")]
    [InlineData("source:|", "source:chat", "source:lab", "source:gateway")]
    [InlineData("source:l|", "source:lab")]
    [InlineData("service:x|")]
    [InlineData("att|", "attr.")]
    [InlineData("status:error|")]
    [InlineData("sky|")]
    [InlineData("\"mod|")]
    public void What_could_come_next_is_offered(string text, params string[] expected) => Assert.Equal(expected, Offered(text));

    [Fact]
    public void An_empty_place_is_offered_the_fields_and_the_words_around_stay()
    {
        Assert.Equal(["status:", "model:", "tool:", "duration>"], Offered("|")[..4]);
        Assert.Equal(["status:", "model:", "tool:", "duration>"], Offered("sky | blue")[..4]);

        var chosen = QueryCompletion.At("sky -mod blue", 8, Values).Single();
        Assert.Equal(("sky -model: blue", 11), chosen.In("sky -mod blue"));

        var done = QueryCompletion.At("sky -model:qwen3:8 blue", 18, Values).Single();
        Assert.Equal(("sky -model:qwen3:8b blue", 20), done.In("sky -model:qwen3:8 blue"));
        Assert.Equal(("status:error ", 13), QueryCompletion.At("status:e", 8, Values).Single().In("status:e"));
    }
}
