using OllamaStudio.Shared.Markdown;

namespace OllamaStudio.Tests.Web.Shared.Markdown;

public class GrowingPlainTextTests
{
    [Fact]
    public void Of_a_text_that_grows_only_the_last_part_is_read_again()
    {
        var text = string.Concat(Enumerable.Repeat("A paragraph of **words**.\n\n", TextParts.MaxPartLength / 10));
        var growing = new GrowingPlainText();
        var before = growing.Read(text);

        var after = growing.Read(text + "more");

        Assert.True(before.Length > 2);
        Assert.All(before[..^1].Zip(after), pair => Assert.Same(pair.First, pair.Second));
        Assert.Equal(PlainText.Of(text + "more").ToArray(), after.ToArray());
        Assert.Equal(PlainText.Of("another").ToArray(), growing.Read("another").ToArray());
    }
}
