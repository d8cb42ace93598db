using System.Text;
using CsCheck;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Tests.Chat.Transfer;

public sealed class ConversationJsonTests
{
    [Fact]
    public async Task Any_conversation_comes_back_as_it_was_odd_characters_included() => await Documents.Any().SampleAsync(static async document =>
    {
        using var file = new MemoryStream();
        await ConversationJson.WriteAsync(file, document, CancellationToken.None);
        file.Position = 0;
        Documents.AssertSame(document, await ConversationJson.ReadAsync(file, CancellationToken.None));
    }, iter: 300);

    [Theory]
    [InlineData(typeof(MessageRecord), typeof(MessageFile))]
    [InlineData(typeof(ToolCallRecord), typeof(CallFile))]
    [InlineData(typeof(ConversationDocument), typeof(ConversationFile))]
    public void All_that_is_known_is_in_the_file(Type kept, Type written)
    {
        var names = kept.GetProperties().Where(static property => property.CanWrite).Select(static property => property.Name).ToArray();
        Assert.NotEmpty(names);
        Assert.Empty(names.Except(written.GetProperties().Select(static property => property.Name)).Except([nameof(ConversationDocument.Shown), nameof(MessageRecord.Warnings)]));
    }

    [Fact]
    public async Task The_file_is_the_one_that_the_documentation_shows()
    {
        var document = Documents.Line(
            "0198c7",
            Documents.Prompt("m1", "What is 2 + 2?"),
            Documents.Reply("m2", "It is **4**.") with
            {
                FinishReason = "stop",
                Stats = new TurnStats { InputTokens = 12, OutputTokens = 5, Duration = TimeSpan.FromMilliseconds(1_250) },
                ToolCalls = [new ToolCallRecord { Id = "c1", Name = "calculate", Source = "built-in", Arguments = """{"expression":"2 + 2"}""", State = Core.Tools.ToolCallState.Succeeded, Result = "4", Duration = TimeSpan.FromMilliseconds(2) }],
            }) with { Shown = ["m1", "m2"] };
        using var file = new MemoryStream();
        await ConversationJson.WriteAsync(file, document, CancellationToken.None);
        var text = Encoding.UTF8.GetString(file.ToArray());
        var shown = string.Join('\n', await Support.Repository.ReadDocumentAsync("formats.md"));
        Assert.Contains(text.ReplaceLineEndings("\n"), shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n  \"format\": \"ollamastudio.conversation\",\n  \"version\": 1,\n  \"id\" }", 4, 8)]
    [InlineData("{\n  \"format\": \"ollamastudio.conversation\",\n  \"version\": \"one\"\n}", 3, null)]
    [InlineData("", 1, 1)]
    public async Task A_file_that_is_no_JSON_is_refused_with_its_place(string json, int line, int? column)
    {
        var fault = await Refusal(json);
        Assert.Equal(line, fault.Line);
        Assert.True(column is null || column == fault.Column, fault.Message);
        Assert.StartsWith($"Line {line}, column ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"format":"x"}""", "no conversation of OllamaStudio")]
    [InlineData("null", "no conversation of OllamaStudio")]
    [InlineData("""{"format":"ollamastudio.conversation","version":2}""", "newer studio")]
    [InlineData("""{"format":"ollamastudio.conversation","version":1,"createdAt":"2026-11-26T09:30:00Z"}""", "\"id\" is missing")]
    [InlineData("""{"format":"ollamastudio.conversation","version":1,"id":"../a","createdAt":"2026-11-26T09:30:00Z"}""", "\"id\" is no id")]
    [InlineData("""{"format":"ollamastudio.conversation","version":1,"id":"a"}""", "\"createdAt\" is missing")]
    [InlineData("""{"format":"ollamastudio.conversation","version":1,"id":"a","messages":[null]}""", "messages[0] is null")]
    [InlineData("""{"format":"ollamastudio.conversation","version":1,"id":"a","messages":[{"id":"b","role":"user"}]}""", "\"messages[0].createdAt\" is missing")]
    [InlineData("""{"format":"ollamastudio.conversation","version":1,"id":"a","messages":[{"id":"b","role":"user","createdAt":"2026-11-26T09:30:00Z","parentId":"z"}]}""", "follows the message \"z\"")]
    [InlineData("""{"format":"ollamastudio.conversation","version":1,"id":"a","messages":[{"id":"b","role":"user","createdAt":"2026-11-26T09:30:00Z"},{"id":"b","role":"user","createdAt":"2026-11-26T09:30:00Z"}]}""", "has the id \"b\"")]
    [InlineData("""{"format":"ollamastudio.conversation","version":1,"id":"a","createdAt":"2026-11-26T09:30:00Z","tags":["x",null]}""", "tags[1] is null")]
    [InlineData("""{"format":"ollamastudio.conversation","version":1,"id":"a","createdAt":"2026-11-26T09:30:00Z","disabledTools":[null]}""", "disabledTools[0] is null")]
    [InlineData("""{"format":"ollamastudio.conversation","version":1,"id":"a","messages":[{"id":"b","role":"user","createdAt":"2026-11-26T09:30:00Z","toolCalls":[{"id":"c","name":"n","images":[null]}]}]}""", "toolCalls[0].images.mediaType\" is missing")]
    public async Task What_is_no_conversation_is_refused_in_words(string json, string reason) =>
        Assert.Contains(reason, (await Refusal(json)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Tags_that_nobody_could_have_put_on_are_left_out()
    {
        var tags = string.Join(',', Enumerable.Range(0, 30).Select(static number => $"\"t{number}\"").Prepend($"\"{new string('x', 51)}\""));
        using var file = new MemoryStream(Encoding.UTF8.GetBytes($$"""{"format":"ollamastudio.conversation","version":1,"id":"a","createdAt":"2026-11-26T09:30:00Z","tags":[{{tags}}]}"""));
        Assert.Equal(Enumerable.Range(0, 20).Select(static number => $"t{number}"), (await ConversationJson.ReadAsync(file, CancellationToken.None)).Tags);
    }

    private static async Task<BrokenFileException> Refusal(string json)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return await Assert.ThrowsAsync<BrokenFileException>(() => ConversationJson.ReadAsync(file, CancellationToken.None));
    }
}
