using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Telemetry;

namespace OllamaStudio.Tests.Chat;

/// <summary>How likely the tokens of a reply were: which piece of its text each is, what is kept, and what of it leaves the studio.</summary>
[Collection("telemetry")]
public sealed class LogprobsTests
{
    [Fact]
    public void Each_token_is_the_piece_of_text_that_came_with_it()
    {
        var gathered = new GatheredLogprobs();
        gathered.Take([Token("Hello", -0.1, ("Hi", -2.5), ("Hello", -0.1), ("Hey", -9)), Token(" world", -0.7)], "Hello world", 0);
        gathered.Take([Token("!", -3)], "!", 11);

        var tokens = gathered.ToReply().Read();

        Assert.Equal([(0, 5, -0.1), (5, 6, -0.7), (11, 1, -3)], tokens.Select(static token => (token.Start, token.Length, token.Logprob)));
        Assert.Equal(new OtherToken("Hi", -2.5), Assert.Single(tokens[0].Others)); // itself is none, and what is below 1 % is not kept
        Assert.Empty(tokens[1].Others);
    }

    [Fact]
    public void What_a_parser_held_back_trimmed_or_took_for_thinking_puts_nothing_in_the_wrong_place()
    {
        var gathered = new GatheredLogprobs();
        gathered.Take([Token("<think>", -1), Token("a", -2)], "", 0);
        gathered.Drop(); // its thinking came
        gathered.Take([Token("</think>", -1), Token("\n\n", -1)], "", 0);
        gathered.Take([Token(" It", -0.2)], "", 0); // held back
        gathered.Take([Token(" is", -0.3)], "It is", 4); // with what was held back, the space before it trimmed

        Assert.Equal([(4, 2, -0.2), (6, 3, -0.3)], gathered.ToReply().Read().Select(static token => (token.Start, token.Length, token.Logprob)));
    }

    [Fact]
    public void A_token_that_ends_within_what_has_come_is_two_pieces_and_text_of_no_token_is_a_gap()
    {
        var gathered = new GatheredLogprobs();
        gathered.Take([Token("abcd", -0.5)], "ab", 0);
        gathered.Take([], "cd", 2);
        gathered.Take([Token("other", -0.5)], "xyz", 4);
        gathered.Take([Token("e", -0.25)], "e", 7);

        Assert.Equal([(0, 2, -0.5), (2, 2, -0.5), (7, 1, -0.25)], gathered.ToReply().Read().Select(static token => (token.Start, token.Length, token.Logprob)));
    }

    [Fact]
    public void Tokens_that_share_a_character_are_one_as_likely_as_all_of_them()
    {
        var emoji = Encoding.UTF8.GetBytes("🤖");
        var gathered = new GatheredLogprobs();
        gathered.Take(
        [
            Token("a", -0.5), new OllamaLogprob { Token = "\ufffd", Bytes = [.. emoji[..3]], Logprob = -1, TopLogprobs = [Token("b", -1)] },
            new OllamaLogprob { Token = "\ufffd", Bytes = [emoji[3], .. "!"u8], Logprob = -0.25 }, Token("é", -2),
        ], "a🤖!é", 0);

        var tokens = gathered.ToReply().Read();

        Assert.Equal([(0, 1, -0.5), (1, 3, -1.25), (4, 1, -2)], tokens.Select(static token => (token.Start, token.Length, token.Logprob)));
        Assert.All(tokens, static token => Assert.Empty(token.Others));
    }

    [Fact]
    public void It_is_bounded_by_its_bytes_and_what_is_beyond_is_not_known()
    {
        var gathered = new GatheredLogprobs();
        for (var at = 0; at < 20_000; at++)
        {
            gathered.Take([Token("ab", -0.123_456, ("other", -1.5))], "ab", 2 * at);
        }

        var kept = gathered.ToReply();

        Assert.InRange(kept.Length, ReplyLogprobs.MaxLength, ReplyLogprobs.MaxLength + 100);
        Assert.InRange(kept.Read().Length, 1_000, 10_000);
        Assert.Equal(-0.123, kept.Read()[0].Logprob);
        Assert.Equal(kept, JsonSerializer.Deserialize<ReplyLogprobs>(JsonSerializer.Serialize(kept)));
    }

    [Theory]
    [InlineData("[[4,-0.021],2,[1,-1.2,\" or\",-0.9]]", "[[4,-0.021],2,[1,-1.2,\" or\",-0.9]]")]
    [InlineData("[ [1, -0.5] , -3, [1,-1]]", "[[1,-0.5]]")]
    [InlineData("[[1,-0.5],[0,-1],[1,-1]]", "[[1,-0.5]]")]
    [InlineData("[[1,-0.5],[1,0.5]]", "[[1,-0.5]]")]
    [InlineData("[[2147483647,-0.5],[2147483647,-0.5]]", "[]")]
    [InlineData("[[1,-0.5,\"a\"]]", "[]")]
    [InlineData("[[1,-0.5,7,-1]]", "[]")]
    [InlineData("[[1,-1e999]]", "[]")]
    [InlineData("[[1,-0.5,\"\\ud83e\",-1]]", "[[1,-0.5,\"\ufffd\",-1]]")]
    [InlineData("{\"a\":1}", "[]")]
    [InlineData("\"[]\"", "[]")]
    public void Of_what_a_file_says_only_what_makes_sense_is_taken(string json, string kept) =>
        Assert.Equal(kept, JsonSerializer.Serialize(JsonSerializer.Deserialize<ReplyLogprobs>(json)));

    [Theory]
    [InlineData(CaptureLevel.Full)]
    [InlineData(CaptureLevel.Preview)]
    public async Task A_turn_asks_for_them_keeps_them_with_its_reply_and_tells_no_span_of_what_else_was_likely(CaptureLevel capture)
    {
        using var spans = new SpanCollector();
        await using var ollama = await OllamaAsync(
            """{"model":"m","message":{"role":"assistant","content":"","thinking":"Hm."},"logprobs":[{"token":"Hm.","logprob":-0.5}],"done":false}""",
            """{"model":"m","message":{"role":"assistant","content":"Yes"},"logprobs":[{"token":"Yes","logprob":-0.25,"bytes":[89,101,115],"top_logprobs":[{"token":"Yes","logprob":-0.25},{"token":"Marzipan","logprob":-1.5}]}],"done":false}""",
            """{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}""");
        await using var rig = await ChatRig.StartAsync(ollama.Address);
        rig.Settings.Update(settings => settings with { Telemetry = settings.Telemetry with { Capture = capture } });
        rig.Conversation.SetParameters(ChatParameters.Read("""{"logprobs":true}"""));

        Assert.True(rig.Chat.Send(rig.Conversation, "Hello", "m:latest"));
        var reply = await rig.EndAsync();

        var sent = JsonNode.Parse(ollama.Requests.Last(static request => request.Path == "/api/chat").Body)!;
        Assert.True(sent["logprobs"]!.GetValue<bool>());
        Assert.Equal(4, sent["top_logprobs"]!.GetValue<int>());
        var token = Assert.Single(reply.Stats!.Logprobs!.Read());
        Assert.Equal((0, 3, -0.25), (token.Start, token.Length, token.Logprob));
        Assert.Equal(new OtherToken("Marzipan", -1.5), Assert.Single(token.Others));
        Assert.Equal([(0, 3, -0.5)], reply.Stats.ThinkingLogprobs!.Read().Select(static thought => (thought.Start, thought.Length, thought.Logprob)));
        Assert.Contains("Yes", string.Join('\n', spans["ollama.chat_streaming"].TagObjects.Select(static tag => tag.Value)), StringComparison.Ordinal);
        Assert.DoesNotContain("Marzipan", string.Join('\n', spans["ollama.chat_streaming"].TagObjects.Concat(spans["chat_interaction"].TagObjects).Select(static tag => tag.Value)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"logprobs":false}""", false)]
    [InlineData("""{"logprobs":true}""", true)]
    public async Task Where_none_came_that_is_known_and_where_nobody_asked_nothing_is_sent(string set, bool asked)
    {
        await using var ollama = await OllamaAsync("""{"model":"m","message":{"role":"assistant","content":"Yes"},"done":true,"done_reason":"stop"}""");
        await using var rig = await ChatRig.StartAsync(ollama.Address);
        rig.Conversation.SetParameters(ChatParameters.Read(set));

        Assert.True(rig.Chat.Send(rig.Conversation, "Hello", "m:latest"));
        var reply = await rig.EndAsync();

        Assert.Equal(asked ? ReplyLogprobs.None : null, reply.Stats!.Logprobs);
        Assert.Equal(asked, ollama.Requests.Last(static request => request.Path == "/api/chat").Body.Contains("logprobs", StringComparison.Ordinal));
    }

    private static Task<ScriptedServer> OllamaAsync(params string[] chat) => ScriptedServer.StartAsync(context => context.Response.WriteLinesAsync(context.Request.Path.Value switch
    {
        "/api/chat" => chat,
        "/api/tags" => ["""{"models":[{"name":"m:latest","model":"m:latest","details":{},"capabilities":["completion"]}]}"""],
        _ => ["{}"],
    }));

    private static OllamaLogprob Token(string text, double logprob, params (string Text, double Logprob)[] likeliest) => new()
    {
        Token = text, Bytes = [.. Encoding.UTF8.GetBytes(text)], Logprob = logprob, TopLogprobs = [.. likeliest.Select(static other => Token(other.Text, other.Logprob))],
    };
}
