using System.Text;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Tests.Chat.Attachments;

/// <summary>What the model is sent of a prompt with files.</summary>
public sealed class AttachedPromptTests
{
    private static readonly byte[] s_png = SamplePng.Of();

    [Fact]
    public void A_text_stands_below_the_prompt_in_a_fence_that_nothing_in_it_ends()
    {
        var sent = AttachedPrompt.Of(Prompt("What is this?", Text("a.md", "```cs\nx\n````"), Text("b.txt", "end\n")));

        Assert.Equal("What is this?\n\nFile a.md:\n`````\n```cs\nx\n````\n`````\n\nFile b.txt:\n```\nend\n```", sent.Text);
        Assert.Equal("m1", sent.MessageId);
    }

    [Fact]
    public void Images_go_beside_the_text_and_in_words_to_a_model_that_reads_none()
    {
        var prompt = Prompt("What?", Image("cat.png"));

        var sent = AttachedPrompt.Of(prompt);
        Assert.Equal("What?", sent.Text);
        Assert.Equal(s_png, Assert.Single(sent.Contents.OfType<DataContent>()).Data.ToArray());

        var told = AttachedPrompt.Of(prompt, PromptImages.LeftOut);
        Assert.Empty(told.Contents.OfType<DataContent>());
        Assert.Equal("What?\n\n[The image cat.png cannot be shown to you: you read no images.]", told.Text);
    }

    [Fact]
    public void Where_they_are_counted_no_image_is_read_and_what_is_gone_is_said_to_be()
    {
        var gone = Prompt("x", new Attachment("cat.png", ToolImage.Gone("image/png")), new Attachment("a.txt", ToolImage.Gone("text/plain")));

        Assert.Single(AttachedPrompt.Of(gone, PromptImages.Counted).Contents.OfType<DataContent>());
        Assert.Equal("x\n\n[The image cat.png is no longer kept.]\n\n[The file a.txt is no longer kept.]", AttachedPrompt.Of(gone).Text);
    }

    [Fact]
    public void All_of_the_history_takes_its_files_along_and_counting_messages_reads_none()
    {
        var read = 0;
        var counted = new Attachment("cat.png", new ToolImage("image/png", "i", new string('1', 64), 64, () =>
        {
            read++;
            return s_png;
        }));
        var reply = new MessageRecord { Id = "r", Role = MessageRole.Assistant, Text = "ok", CreatedAt = default };

        Assert.Equal(0, History.CountUnsent([Prompt("a", counted), reply], 50));
        Assert.Equal(0, read);
        Assert.Single(History.Select([Prompt("a", counted), reply, Prompt("b")], 50)[0].Contents.OfType<DataContent>());
        Assert.Equal(1, read);
    }

    [Theory]
    [InlineData(PromptImages.Counted)]
    [InlineData(PromptImages.CountedLeftOut)]
    public void A_text_is_counted_as_long_as_it_is_sent_and_read_once(PromptImages how)
    {
        var read = 0;
        var bytes = "```\nümlaut\n"u8.ToArray();
        var prompt = Prompt("Why?", new Attachment("a.txt", new ToolImage("text/plain", "i", new string('2', 64), bytes.Length, () =>
        {
            read++;
            return bytes;
        })));

        Assert.Equal(PromptWeight.Of(AttachedPrompt.Of(prompt)), PromptWeight.Of(AttachedPrompt.Of(prompt, how)));
        Assert.Equal(2, read);
        Assert.Equal("Why?\n\nFile a.txt:\n", AttachedPrompt.Of(prompt, how).Text);
        Assert.Equal(2, read);
    }

    private static Attachment Image(string name) => AttachmentFile.Read(name, s_png, out _)!;

    private static Attachment Text(string name, string text) => AttachmentFile.Read(name, Encoding.UTF8.GetBytes(text), out _)!;

    private static MessageRecord Prompt(string text, params Attachment[] files) => new() { Id = "m1", Role = MessageRole.User, Text = text, CreatedAt = default, Attachments = [.. files] };
}
