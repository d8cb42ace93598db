using OllamaStudio.Http;

namespace OllamaStudio.Tests.Http;

public sealed class FileNameTests
{
    [Theory]
    [InlineData("What does short mean?", "What does short mean")]
    [InlineData("../../etc/passwd", "etc passwd")]
    [InlineData("a\\b:c*d\"e<f>g|h\r\n\0i", "a b c d e f g h i")]
    [InlineData("Grüße, 世界 🤖", "Grüße, 世界 🤖")]
    [InlineData(" . ", "conversation")]
    [InlineData("", "conversation")]
    public void A_title_becomes_a_name_that_every_system_takes(string title, string name) => Assert.Equal(name, Downloads.FileNameOf(title));

    [Fact]
    public void A_long_title_is_cut_and_never_within_a_character()
    {
        var name = Downloads.FileNameOf(new string('x', 79) + "🤖 and more");
        Assert.Equal(new string('x', 79), name);
    }
}
