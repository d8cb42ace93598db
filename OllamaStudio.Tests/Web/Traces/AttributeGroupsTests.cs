using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

public sealed class AttributeGroupsTests
{
    private static readonly (string, object?)[] Attributes =
    [
        ("session.id", "s-1"), ("llm.model", "demo-small"), ("llm.model_name", "demo-small"), ("gen_ai.request.model", "demo-small"),
        ("llm.tokens_input", 12), ("llm.tokens.input", 12), ("llm.token_count.prompt", 12), ("input.value", "hello"), ("agent.iterations", 1),
        ("tool.name", "add"), ("tool.success", true), ("my.own", "x"),
    ];

    [Fact]
    public void Each_attribute_stands_with_its_vocabulary()
    {
        var groups = AttributeGroups.Of(Span(1, attributes: Attributes).Attributes);

        Assert.Equal(["OllamaStudio", "OpenTelemetry GenAI", "OpenInference", "Session and other"], groups.Select(group => group.Title));
        Assert.Equal(["llm.model", "llm.tokens_input", "llm.tokens.input", "agent.iterations", "tool.success"], groups[0].Attributes.Select(attribute => attribute.Key));
        Assert.Equal(["llm.model_name", "llm.token_count.prompt", "input.value", "tool.name"], groups[2].Attributes.Select(attribute => attribute.Key));
        Assert.Equal(["session.id", "my.own"], groups[3].Attributes.Select(attribute => attribute.Key));
    }

    [Theory]
    [InlineData("TOKEN", 3)]
    [InlineData("demo-small", 3)]
    [InlineData(" hello ", 1)]
    [InlineData("nothing like it", 0)]
    public void Search_finds_names_and_values(string search, int expected) =>
        Assert.Equal(expected, AttributeGroups.Of(Span(1, attributes: Attributes).Attributes, search).Sum(group => group.Attributes.Length));
}
