using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Tests.Ollama;

public class ModelNamesTests
{
    [Theory]
    [InlineData("demo-small", "demo-small:latest", true)]
    [InlineData("Llama3.1:8B", "llama3.1:8b", true)]
    [InlineData("llama3.1:8b", "llama3.1:70b", false)]
    [InlineData("llama3.1", "llama3.1:8b", false)]
    [InlineData("localhost:5000/team/model", "localhost:5000/team/model:latest", true)]
    public void Names_without_a_tag_mean_latest(string left, string right, bool same) => Assert.Equal(same, ModelNames.Same(left, right));

    [Theory]
    [InlineData("demo-small:latest", "demo-small")]
    [InlineData("llama3.1:8b", "llama3.1:8b")]
    public void The_default_tag_is_not_shown(string name, string shown) => Assert.Equal(shown, ModelNames.Display(name));
}
