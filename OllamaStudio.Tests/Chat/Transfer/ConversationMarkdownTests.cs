using Markdig;
using Markdig.Syntax;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Tests.Chat.Transfer;

public sealed class ConversationMarkdownTests
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(1), "test", "test");

    [Fact]
    public void Speakers_times_thinking_and_tools_stand_in_order()
    {
        var text = Write(Documents.Line(
            "a",
            Documents.Prompt("m1", "Add."),
            Documents.Reply("m2", "Let me see.\nIt is 4.") with
            {
                Thinking = "Two and two.",
                ToolCalls = [new ToolCallRecord { Id = "c", Name = "calc<ulate>", Arguments = """{"a":1}""", Result = "4", State = ToolCallState.Succeeded, TextOffset = 11, ThinkingOffset = 12 }],
            }));
        Assert.Equal(
            """
            # My title

            ## You

            *2026-11-26 10:30:00 +01:00*

            Add.

            ## qwen3:8b

            *2026-11-26 10:30:03 +01:00*

            <details>
            <summary>Thinking</summary>

            Two and two.

            </details>

            Let me see.

            <details>
            <summary>Tool <code>calc&lt;ulate></code> (succeeded)</summary>

            ```json
            {"a":1}
            ```

            Result:

            ```
            4
            ```

            </details>

            It is 4.


            """.ReplaceLineEndings("\n"), text);
    }

    [Theory]
    [InlineData("```\ncode", "```")]
    [InlineData("````\n```\ncode", "````")]
    [InlineData("~~~ python\ncode\n", "~~~")]
    [InlineData("```a`b\nno fence", null)]
    [InlineData("```\ncode\n```", null)]
    [InlineData("    ```\nno fence", null)]
    public void A_code_block_that_was_left_open_does_not_take_what_follows(string reply, string? closing)
    {
        var text = Write(Documents.Line("a", Documents.Prompt("m1", "?"), Documents.Reply("m2", reply), Documents.Prompt("m3", "And then?")));
        Assert.Equal(4, Markdown.Parse(text).Descendants<HeadingBlock>().Count()); // the title and three messages
        Assert.Contains(closing is null ? reply + "\n\n" : reply.TrimEnd('\n') + "\n" + closing + "\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Backticks_in_a_result_do_not_end_its_block()
    {
        var text = Write(Documents.Line("a", Documents.Reply("m", "") with { ToolCalls = [new ToolCallRecord { Id = "c", Name = "read", Arguments = "{}", Result = "a\n````\n# no heading\n", State = ToolCallState.Failed }] }));
        Assert.Contains("`````\na\n````\n# no heading\n`````\n", text, StringComparison.Ordinal);
        Assert.Equal(2, Markdown.Parse(text).Descendants<HeadingBlock>().Count());
    }

    [Fact]
    public void Only_the_shown_branch_is_written_and_the_file_says_that_there_are_others()
    {
        var document = Documents.Line("a", Documents.Prompt("m1", "Hello."), Documents.Reply("m2", "first answer"));
        document = document with { Messages = document.Messages.Add(Documents.Reply("m3", "second answer") with { ParentId = "m1" }), Shown = ["m3"] };
        var text = Write(document);
        Assert.Contains("second answer", text, StringComparison.Ordinal);
        Assert.DoesNotContain("first answer", text, StringComparison.Ordinal);
        Assert.Contains("1 message of other branches is not in it", text, StringComparison.Ordinal);
    }

    [Fact]
    public void How_a_reply_ended_is_told_where_it_is_not_whole()
    {
        Assert.Contains("> *Stopped*", Write(Documents.Line("a", Documents.Reply("m", "half") with { State = MessageState.Stopped })), StringComparison.Ordinal);
        Assert.Contains("> **Failed:** out of memory", Write(Documents.Line("a", Documents.Reply("m", "half") with { State = MessageState.Failed, Error = new MessageError("out of\nmemory", null) })), StringComparison.Ordinal);
    }

    private static string Write(ConversationDocument document) => ConversationMarkdown.Of("My\ntitle", document, Zone);
}
