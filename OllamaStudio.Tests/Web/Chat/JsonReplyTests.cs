using Bunit;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Tests.Web.Chat;

public sealed class JsonReplyTests : ChatTestBase
{
    private const string Json = """{"city":"Rome","sights":[{"name":"Forum","old":true},{"name":"<b>Pantheon</b>","old":null}],"population":2748109.50}""";

    [Fact]
    public void A_reply_that_was_asked_for_as_JSON_is_a_tree_and_on_request_its_text()
    {
        var message = Draw(Json);

        Assert.Equal(["3 fields", "2 items", "2 fields", "2 fields"], message.FindAll("[data-testid=json-reply] .count").Select(count => count.TextContent));
        Assert.Equal(["city", "sights", "0", "name", "old", "1", "name", "old", "population"], message.FindAll(".name").Select(name => name.TextContent));
        Assert.Equal(["Rome", "Forum", "true", "<b>Pantheon</b>", "null", "2748109.50"], message.FindAll(".leaf > :last-child").Select(leaf => leaf.TextContent));
        Assert.Empty(message.FindAll("[data-testid=json-reply] b"));
        Assert.Equal([true, true, false, false], message.FindAll("details").Select(details => details.HasAttribute("open")));

        message.Find("[data-testid=json-text]").Click();
        Assert.Contains("2748109.50", message.Find("pre").TextContent, StringComparison.Ordinal);
        Assert.Empty(message.FindAll(".tree"));
        message.Find("[data-testid=json-tree]").Click();
        Assert.NotEmpty(message.FindAll(".tree"));
    }

    [Fact]
    public void Half_an_emoji_in_it_takes_no_page_down()
    {
        var message = Draw("""{"a\ude00":"\ud83d","b":"c"}""");

        Assert.Equal(["a\ufffd", "b"], message.FindAll(".name").Select(name => name.TextContent));
        Assert.Equal(["\ufffd", "c"], message.FindAll(".leaf > :last-child").Select(leaf => leaf.TextContent));
    }

    [Theory]
    [InlineData("{\n  \"city\": \"R\u00f6m\", oops", "stop", "JSON was asked for, and this is not valid: line 2, column 18.")]
    [InlineData("```json\n{}\n```", "stop", "JSON was asked for, and this is not valid: line 1, column 1.")]
    [InlineData("{\"a\": [1, 2", "length", "JSON was asked for, and this is not valid: line 1, column 12. It was cut at the token limit.")]
    public void What_is_no_JSON_stays_text_and_says_where(string text, string reason, string said)
    {
        var message = Draw(text, reason);

        Assert.Empty(message.FindAll("[data-testid=json-reply]"));
        Assert.Equal(said, message.Find("[data-testid=json-fault]").TextContent);
    }

    [Fact]
    public void Nobody_looks_for_JSON_where_none_was_asked_for_or_while_it_is_written()
    {
        Assert.Empty(Render<AssistantMessage>(parameters => parameters.Add(p => p.Message, Reply(Json) with { Stats = new TurnStats() })).FindAll("[data-testid=json-reply]"));
        Assert.Empty(Render<AssistantMessage>(parameters => parameters.Add(p => p.Message, Reply(Json, MessageState.Streaming))).FindAll("[data-testid=json-reply]"));
    }

    [Fact]
    public void Very_many_values_are_text()
    {
        var many = JsonText.Of("[" + string.Join(',', Enumerable.Range(0, JsonText.MostValues)) + "]");
        Assert.Equal((null, "This JSON has more than 2,000 values: it is shown as text."), (many.Root, many.Fault));
        Assert.NotNull(JsonText.Of("[" + string.Join(',', Enumerable.Range(1, JsonText.MostValues - 1)) + "]").Root);
        Assert.Equal("````json\na ``` b\n````", JsonText.Fenced("a ``` b"));
    }

    private IRenderedComponent<AssistantMessage> Draw(string text, string reason = "stop") => Render<AssistantMessage>(parameters => parameters
        .Add(p => p.Message, Reply(text) with { FinishReason = reason, Stats = new TurnStats { IsStructured = true } }));
}
