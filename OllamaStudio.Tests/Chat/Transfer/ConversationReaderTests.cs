using System.Globalization;
using System.Text;
using System.Text.Json;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Tests.Chat.Transfer;

public sealed class ConversationReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Open_WebUI_branches_models_times_thinking_and_figures_are_taken()
    {
        var imported = Assert.Single(await ReadAsync("""
            [{"id":"7c1e","user_id":"u","title":"Trip","created_at":1700000000,"updated_at":1700000900,"archived":true,"pinned":true,"meta":{"tags":["travel"]},
              "chat":{"title":"Trip","models":["llama3.2:3b"],"params":{"system":"Be brief."},"history":{"currentId":"d","messages":{
                "a":{"id":"a","parentId":null,"childrenIds":["b","d"],"role":"user","content":"Where to?","timestamp":1700000010,"files":[{"type":"image","url":"data:…"},{"type":"file","name":"x.pdf"}]},
                "b":{"id":"b","parentId":"a","childrenIds":["c"],"role":"assistant","content":"Rome.","model":"llama3.2:3b","timestamp":1700000020,"done":true},
                "c":{"id":"c","parentId":"b","childrenIds":[],"role":"user","content":[{"type":"text","text":"Why?"},{"type":"image_url","image_url":{}}],"timestamp":1700000030},
                "d":{"id":"d","parentId":"a","childrenIds":[],"role":"assistant","timestamp":1700000040,"model":"qwen3:8b","error":{"content":"out of memory"},
                     "content":"<details type=\"reasoning\" done=\"true\" duration=\"3\">\n<summary>Thought for 3 seconds</summary>\n> North &amp; south\n> or west\n</details>\n<details type=\"tool_calls\" done=\"true\" name=\"search\">\n<summary>Tool Executed</summary>\n</details>\nOslo.",
                     "usage":{"prompt_eval_count":26,"eval_count":298,"total_duration":5043500667,"load_duration":5025959}}}}}}]
            """));
        var conversation = imported.Conversation;
        Assert.Equal(("Trip", "llama3.2:3b", "Be brief.", true, true), (conversation.Name, conversation.Model, conversation.SystemPrompt, conversation.IsArchived, conversation.IsPinned));
        Assert.Equal("travel", Assert.Single(conversation.Tags));
        Assert.Equal((DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), DateTimeOffset.FromUnixTimeSeconds(1_700_000_900)), (conversation.CreatedAt, conversation.UpdatedAt));
        Assert.Equal(["Where to?", "Oslo."], conversation.Path().Select(static message => message.Text));
        Assert.Equal(["Where to?", "Rome.", "Why?", "Oslo."], conversation.Messages.Select(static message => message.Text));
        Assert.Equal([null, "Where to?", "Rome.", "Where to?"], conversation.Messages.Select(message => conversation.Messages.FirstOrDefault(above => above.Id == message.ParentId)?.Text));
        var reply = conversation.Messages[3];
        Assert.Equal(("North & south\nor west", "qwen3:8b", MessageState.Failed, "out of memory"), (reply.Thinking, reply.Model, reply.State, reply.Error?.Message));
        Assert.Equal(new TurnStats { InputTokens = 26, OutputTokens = 298, TotalDuration = new TimeSpan(50_435_006), LoadDuration = new TimeSpan(50_259) }, reply.Stats);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_040), reply.CreatedAt);
        Assert.Equal([new NotTaken("image", 2), new NotTaken("file", 1), new NotTaken("tool call", 1)], imported.NotTaken.AsEnumerable());
    }

    [Fact]
    public async Task Of_Open_WebUI_tags_those_are_taken_that_a_person_could_have_put_on()
    {
        string[] tags = [" travel  plans ", "Rome", "rome", new string('x', 51), "the \"best\"", .. Enumerable.Range(1, 20).Select(static number => $"t{number}")];
        var imported = Assert.Single(await ReadAsync("""
            [{"id":"7c1e","title":"Trip","created_at":1700000000,"meta":{"tags":TAGS},
              "chat":{"history":{"currentId":"a","messages":{"a":{"id":"a","parentId":null,"childrenIds":[],"role":"user","content":"Where to?","timestamp":1700000010}}}}}]
            """.Replace("TAGS", JsonSerializer.Serialize(tags), StringComparison.Ordinal)));

        Assert.Equal(["travel plans", "Rome", .. Enumerable.Range(1, 18).Select(static number => $"t{number}")], imported.Conversation.Tags.AsEnumerable());
        Assert.Equal([new NotTaken("tag", 4)], imported.NotTaken.AsEnumerable());
    }

    [Fact]
    public async Task ChatGPT_branches_are_taken_and_what_has_no_place_is_counted()
    {
        var imported = Assert.Single(await ReadAsync("""
            [{"title":"Proof","create_time":1700000000.5,"update_time":1700000100,"current_node":"e","conversation_id":"c-1","default_model_slug":"gpt-4o","mapping":{
              "root":{"id":"root","message":null,"parent":null,"children":["s"]},
              "s":{"id":"s","message":{"author":{"role":"system"},"content":{"content_type":"text","parts":[""]}},"parent":"root","children":["a"]},
              "a":{"id":"a","message":{"author":{"role":"user"},"create_time":1700000001.25,"content":{"content_type":"multimodal_text","parts":[{"content_type":"image_asset_pointer","asset_pointer":"file-service://x"},"Prove it."]}},"parent":"s","children":["t","f"]},
              "t":{"id":"t","message":{"author":{"role":"assistant"},"content":{"content_type":"thoughts","thoughts":[{"summary":"S","content":"Assume not."}]}},"parent":"a","children":["k"]},
              "k":{"id":"k","message":{"author":{"role":"assistant"},"recipient":"python","content":{"content_type":"code","language":"python","text":"1+1"}},"parent":"t","children":["o"]},
              "o":{"id":"o","message":{"author":{"role":"tool","name":"python"},"content":{"content_type":"execution_output","text":"2"}},"parent":"k","children":["e"]},
              "e":{"id":"e","message":{"author":{"role":"assistant"},"create_time":1700000009,"recipient":"all","content":{"content_type":"text","parts":["Done."]},"metadata":{"model_slug":"o3"}},"parent":"o","children":[]},
              "f":{"id":"f","message":{"author":{"role":"assistant"},"content":{"content_type":"hologram","parts":["?"]}},"parent":"a","children":["g"]},
              "g":{"id":"g","message":{"author":{"role":"assistant"},"content":{"content_type":"text","parts":["Other."]}},"parent":"f","children":[]}}}]
            """));
        var conversation = imported.Conversation;
        Assert.Equal(["Prove it.", "Done."], conversation.Path().Select(static message => message.Text));
        Assert.Equal(["Prove it.", "Done.", "Other."], conversation.Messages.Select(static message => message.Text));
        Assert.All(conversation.Messages[1..], reply => Assert.Equal(conversation.Messages[0].Id, reply.ParentId));
        Assert.Equal(("Assume not.", "o3"), (conversation.Messages[1].Thinking, conversation.Messages[1].Model));
        Assert.Equal("gpt-4o", conversation.Messages[2].Model);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_001_250), conversation.Messages[0].CreatedAt);
        Assert.Equal([new NotTaken("image", 1), new NotTaken("tool call", 1), new NotTaken("tool message", 1), new NotTaken("content of kind \"hologram\"", 1)], imported.NotTaken.AsEnumerable());
    }

    [Fact]
    public async Task The_same_file_has_the_same_ids_each_time()
    {
        const string File = """[{"title":"x","mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":["hi"]}}}}},{"chat":{"messages":[{"role":"user","content":"hi"}]}}]""";
        var first = await ReadAsync(File);
        var second = await ReadAsync(File);
        Assert.Equal(2, first.Count);
        Assert.Equal(Ids(first), Ids(second));
        Assert.Equal(4, Ids(first).Distinct().Count());
        Assert.All(Ids(first), static id => Assert.Equal(32, id.Length));

        static IEnumerable<string> Ids(List<ImportedConversation> read) => read.SelectMany(static one => one.Conversation.Messages.Select(static message => message.Id).Prepend(one.Conversation.Id));
    }

    [Theory]
    [InlineData("""{"mapping":{}}""", 0)]
    [InlineData("""{"mapping":{"a":null,"b":{},"c":{"message":{}},"d":{"message":{"author":null,"content":null}}}}""", 0)]
    [InlineData("""{"mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":["x", null, 3]}},"parent":7,"children":{"x":1}}},"current_node":5,"create_time":"soon"}""", 1)]
    [InlineData("""{"chat":{}}""", 0)]
    [InlineData("""{"chat":{"history":{"messages":{"a":null,"b":{"role":"user","content":null,"timestamp":-5},"c":{"role":"user","content":"x","timestamp":1e300,"parentId":"b"}}}},"title":null}""", 2)]
    [InlineData("""{"chat":{"history":null,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}}""", 2)]
    public async Task What_is_absent_null_or_of_another_kind_does_no_harm(string json, int messages) =>
        Assert.Equal(messages, Assert.Single(await ReadAsync(json)).Conversation.Messages.Length);

    [Fact]
    public async Task Circles_and_parents_that_are_not_there_lose_no_message()
    {
        var imported = Assert.Single(await ReadAsync("""
            {"chat":{"history":{"currentId":"z","messages":{
              "a":{"parentId":"b","role":"user","content":"a"},"b":{"parentId":"a","role":"assistant","content":"b"},"c":{"parentId":"c","role":"user","content":"c"},"d":{"parentId":"nowhere","role":"user","content":"d"}}}}}
            """));
        Assert.Equal(["a", "b", "c", "d"], imported.Conversation.Messages.Select(static message => message.Text).Order(StringComparer.Ordinal));
        AssertTree(imported.Conversation);
        Assert.Equal([new NotTaken("link to a message that is not there", 1), new NotTaken("link in a circle", 2)], imported.NotTaken.AsEnumerable());
        Assert.NotEmpty(imported.Conversation.Path());
    }

    [Fact]
    public async Task A_conversation_of_any_depth_is_taken()
    {
        const int Depth = 100_000;
        var json = new StringBuilder("""{"current_node":"n0","mapping":{""");
        for (var i = 0; i < Depth; i++)
        {
            json.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $$$$"""
                "n{{{{i}}}}":{"parent":"n{{{{i + 1}}}}","message":{"author":{"role":"user"},"content":{"parts":["{{{{i}}}}"]}}}
                """);
        }

        var conversation = Assert.Single(await ReadAsync(json.Append("}}").ToString())).Conversation;
        AssertTree(conversation);
        Assert.Equal(Depth, conversation.Path().Length);
        Assert.Equal("0", conversation.Path()[^1].Text);
    }

    [Fact]
    public async Task Half_of_a_surrogate_pair_costs_one_character()
    {
        var imported = Assert.Single(await ReadAsync("""{"chat":{"messages":[{"role":"user","content":"a \ud83e b"}]}}"""));
        Assert.Equal("a \ufffd b", imported.Conversation.Messages[0].Text);
    }

    [Theory]
    [InlineData("[\n  {\"chat\":{}},\n  {\"chat\": x}\n]", 3, 12)]
    [InlineData("[\n  {\"chat\":{}},\n  {\"chat\":", 3, 11)]
    [InlineData("[\n  {\"chat\":{}},\n    {\"other\":{}}\n]", 3, 5)]
    [InlineData("[\n  {\"chat\":{}},\n 5]", 3, 2)]
    [InlineData("[\n  {\"chat\":{}},\n {\"format\":\"ollamastudio.conversation\",\"version\":1,\"id\":\"a\",\"createdAt\":\"2026-11-26T09:30:00Z\",\"tags\":[null]}]", 3, 2)]
    [InlineData("[\n  {\"chat\":{}}\n]\nmore", 4, 1)]
    [InlineData("{\"chat\":{}}\n\n{\"chat\":{}}", 3, 1)]
    [InlineData("[\n  {\"chat\":{}}\n", 3, 1)]
    [InlineData("\"text\"", 1, 1)]
    [InlineData("PK\u0003\u0004", 1, 1)]
    [InlineData("", 1, 1)]
    [InlineData("[{\"format\":\"ollamastudio.conversation\",\"version\":1,\n\"id\":7}]", 2, null)]
    [InlineData("[\n{\"format\":\"ollamastudio.conversation\",\"version\":1,\"id\":\"\"}]", 2, 1)]
    public async Task A_broken_file_is_refused_with_line_and_column(string json, int line, int? column)
    {
        var fault = await Assert.ThrowsAsync<BrokenFileException>(() => ReadAsync(json));
        Assert.Equal((line, column ?? fault.Column), (fault.Line, fault.Column));
    }

    [Fact]
    public async Task A_file_of_any_size_is_held_one_conversation_at_a_time()
    {
        const int Count = 3_000;
        var item = $$$"""{"chat":{"messages":[{"role":"user","content":"{{{new string('x', 10_000)}}}"}]}}""";
        var file = Encoding.UTF8.GetBytes("\ufeff[" + string.Join(",\n", Enumerable.Repeat(item, Count)) + "]");
        Assert.True(file.Length > 30_000_000);
        var items = 0;
        await foreach (var _ in new JsonItems(new MemoryStream(file), maxItemBytes: 128 * 1024).ReadAsync(CancellationToken.None))
        {
            items++;
        }

        Assert.Equal(Count, items);
        var fault = await Assert.ThrowsAsync<BrokenFileException>(async () =>
        {
            await foreach (var _ in new JsonItems(new MemoryStream([.. "[\n"u8, .. Encoding.UTF8.GetBytes(new string(' ', 5) + item.Replace("x", "xxxxxxxxxxxxxxx", StringComparison.Ordinal)), .. "]"u8]), maxItemBytes: 100_000).ReadAsync(CancellationToken.None))
            {
            }
        });
        Assert.Contains("larger than", fault.Message, StringComparison.Ordinal);
        Assert.Equal(2, fault.Line);
    }

    private static void AssertTree(ConversationDocument conversation)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Assert.All(conversation.Messages, message =>
        {
            Assert.True(message.ParentId is null || seen.Contains(message.ParentId));
            Assert.True(seen.Add(message.Id));
        });
    }

    private static async Task<List<ImportedConversation>> ReadAsync(string json)
    {
        List<ImportedConversation> read = [];
        await foreach (var one in ConversationReader.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(json)), Now, CancellationToken.None))
        {
            read.Add(one);
        }

        return read;
    }
}
