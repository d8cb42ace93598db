using System.Text;
using System.Text.Json;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Json;

namespace OllamaStudio.Tests.Ollama;

/// <summary>The short cut for the usual line gives what reading it token by token gives, whatever stands there.</summary>
public class PlainLineTests
{
    private const string Time = "2025-01-15T09:30:00.123456789Z";

    [Theory]
    [InlineData("m", " the")]
    [InlineData("m", "")]
    [InlineData("m", """\n\"\u003c\\\/""")]
    [InlineData("m", """\ud83c\udf0c λ 🌌""")]
    [InlineData("m", """x\"},\"done\":false}""")]
    [InlineData("""a\/b\"c""", "x")]
    [InlineData("", "x")]
    public void The_usual_line_takes_the_short_cut_and_means_the_same(string model, string content)
    {
        string line = Line(model, content);

        Assert.True(PlainLine.TryRead(Encoding.UTF8.GetBytes(line), Encoding.UTF8.GetBytes(model), out _, out _));
        AssertSame(line, model);
        Assert.Equal(JsonSerializer.Deserialize<string>($"\"{content}\""), Assert.IsType<OllamaChatChunk>(Parse(line, model)).Content);
    }

    [Theory]
    [InlineData("""x","thinking":"y""")]
    [InlineData("""x"},"done":false},{"a":{"b":"c""")]
    [InlineData("""x\""")]
    [InlineData("""\q""")]
    [InlineData("a\u0001b")]
    [InlineData("""x"},"error":"y","z":{"a":"b""")]
    public void A_line_that_only_looks_usual_is_read_for_what_it_is(string content) => AssertSame(Line("m", content), "m");

    [Fact]
    public void Another_model_on_a_later_line_is_noticed()
    {
        var parser = new ChatChunkParser();

        string[] models = [.. new[] { "m", "m2", "m", "n" }.Select(model => parser.Parse(Encoding.UTF8.GetBytes(Line(model, "x")), out _)!.Model)];

        Assert.Equal(["m", "m2", "m", "n"], models);
    }

    [Fact]
    public void Whatever_byte_is_wrong_added_or_missing_the_line_is_read_alike()
    {
        string line = Line("m", """a\"b""");
        for (int at = 0; at < line.Length; at++)
        {
            AssertSame(line.Remove(at, 1), "m");
            foreach (char other in "\"\\{}:,[0n \r\u0001")
            {
                AssertSame(line.Remove(at, 1).Insert(at, other.ToString()), "m");
                AssertSame(line.Insert(at, other.ToString()), "m");
            }
        }
    }

    private static string Line(string model, string content) =>
        $$"""{"model":"{{model}}","created_at":"{{Time}}","message":{"role":"assistant","content":"{{content}}"},"done":false}""";

    // White space in front keeps a line off the short cut, and means nothing.
    private static void AssertSame(string line, string model) => Assert.Equal(Parse(" " + line, model), Parse(line, model));

    /// <summary>The chunk, the error's text, or the kind of failure, after a line that made the model known.</summary>
    private static object? Parse(string line, string model)
    {
        var parser = new ChatChunkParser();
        parser.Parse(Encoding.UTF8.GetBytes(Line(model, "")), out _);
        try
        {
            return (object?)parser.Parse(Encoding.UTF8.GetBytes(line), out WireError? error) ?? error;
        }
        catch (JsonException)
        {
            return "unreadable";
        }
    }
}
