using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Tools.Mcp;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Primitives;

/// <summary>Text that is cut ends with a whole character, wherever it is cut.</summary>
public class TextCutTests
{
    [Theory]
    [InlineData("", 0, "")]
    [InlineData("ab", 2, "ab")]
    [InlineData("abc", 2, "ab…")]
    [InlineData("a🦙", 3, "a🦙")]
    [InlineData("a🦙b", 3, "a🦙…")]
    [InlineData("a🦙b", 2, "a…")]
    [InlineData("🦙", 1, "…")]
    [InlineData("ab", 0, "…")]
    public void No_character_is_cut_in_half(string text, int length, string expected) => Assert.Equal(expected, TextCut.Shorten(text, length));

    [Fact]
    public async Task An_error_of_Ollamas_ends_with_a_whole_character()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync($$"""{"error":"{{new string('x', 1999)}}🦙🦙"}""", 500);
        using var client = new OllamaClient(server.Endpoint);

        Assert.Equal(new string('x', 1999) + "…", (await Assert.ThrowsAsync<OllamaException>(() => client.ListModelsAsync())).Message);
    }

    [Fact]
    public async Task A_web_pages_title_ends_with_a_whole_character()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync($"<html><title>{new string('x', 119)}🦙🦙</title>", type: "text/html");
        using var client = new OllamaClient(server.Endpoint);

        Assert.Contains(new string('x', 119) + "…”", (await Assert.ThrowsAsync<OllamaException>(() => client.ListModelsAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_a_servers_output_ends_with_a_whole_character()
    {
        var lines = new LastLines();
        lines.Add(new string('x', LastLines.MaxLineLength - 1) + "🦙🦙");

        Assert.Equal(new string('x', LastLines.MaxLineLength - 1) + "…", Assert.Single(lines.ToImmutableArray()));
    }
}
