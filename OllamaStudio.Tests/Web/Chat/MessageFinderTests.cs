using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared.Find;

namespace OllamaStudio.Tests.Web.Chat;

public class MessageFinderTests
{
    private static readonly Attachment s_file = AttachmentFile.Read("rivers.csv", "Ebro"u8.ToArray(), out _)!;

    private static readonly MessageRecord Asked = new() { Id = "p", Role = MessageRole.User, Text = "**not** bold", CreatedAt = DateTimeOffset.UnixEpoch, Attachments = [s_file] };

    private static readonly MessageRecord Reply = new()
    {
        Id = "r", Role = MessageRole.Assistant, CreatedAt = DateTimeOffset.UnixEpoch, Thinking = "a thought", Text = "First.**Se**cond.",
        ToolCalls = [new() { Id = "c", Name = "the_tool", Arguments = """{"city":"Oslo"}""", Result = "rain", TextOffset = 6, ThinkingOffset = 9 }],
        Error = new MessageError("The reply broke off", null),
    };

    [Theory]
    [InlineData("**not** bold", "p", "text-0")]
    [InlineData("thought", "r", "thinking")]
    [InlineData("first", "r", "text-0")]
    [InlineData("second", "r", "text-1")]
    [InlineData("the_tool", "r", "tool-c")]
    [InlineData("\"city\": \"Oslo\"", "r", "arguments-c")]
    [InlineData("rain", "r", "result-c")]
    [InlineData("broke off", "r", "error")]
    public void Every_text_is_found_as_it_is_drawn(string query, string place, string part)
    {
        var match = Assert.Single(Find(query).Matches);

        Assert.Equal((place, part), (match.Place, match.Part));
    }

    [Fact]
    public void A_file_is_found_by_its_name()
    {
        var match = Assert.Single(Find("Rivers.csv").Matches);
        Assert.Equal(("p", MessageParts.File(s_file.Id)), (match.Place, match.Part));
        Assert.Empty(Find("Ebro").Matches);
    }

    [Theory]
    [InlineData("**Se**")]
    [InlineData("first.second")]
    public void What_is_not_drawn_so_is_not_found(string query) => Assert.Empty(Find(query).Matches);

    [Fact]
    public void A_message_that_has_changed_is_read_again()
    {
        var finder = new MessageFinder();
        Assert.Empty(Find(finder, "longer", Asked).Matches);

        Assert.Single(Find(finder, "longer", Asked with { Text = "and longer" }).Matches);
    }

    private static FindResult Find(string query) => Find(new MessageFinder(), query, Asked, Reply);

    private static FindResult Find(MessageFinder finder, string query, params MessageRecord[] messages)
    {
        var scan = new FindScan(query, null, CancellationToken.None);
        finder.Look([.. messages], scan);
        return scan.Result;
    }
}
