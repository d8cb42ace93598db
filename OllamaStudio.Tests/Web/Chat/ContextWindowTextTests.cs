using OllamaStudio.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Tests.Web.Chat;

public sealed class ContextWindowTextTests
{
    [Theory]
    [InlineData(7810L, 4096L, null, 16_384)] // with room for a reply
    [InlineData(4500L, 4096L, null, 8192)]
    [InlineData(7810L, 4096L, 8192, 8192)]
    [InlineData(7810L, 4096L, 7000, null)]
    [InlineData(7810L, 4096L, 4096, null)]
    [InlineData(null, 4096L, null, null)]
    [InlineData(7810L, null, null, null)]
    [InlineData(20_000_000L, 4096L, null, null)]
    [InlineData(7810L, 0L, null, null)]
    public void A_larger_window_is_the_next_in_which_prompt_and_reply_fit_as_far_as_the_model_goes(long? prompt, long? window, int? longest, int? larger) =>
        Assert.Equal(larger, ContextWindowText.Larger(new ContextExcess(prompt, window, HasOlder: false), longest));

    [Fact]
    public void What_it_costs_is_told_as_far_as_Ollama_tells()
    {
        Assert.Equal("What it takes in memory is not known until the model is loaded.", ContextWindowText.Of(8192, null, null));
        Assert.Equal("4,096 are allocated now. The next message loads the model anew, with 8,192.", ContextWindowText.Of(8192, null, new OllamaRunningModel { Name = "m", ContextLength = 4096 }));
        Assert.Equal(
            "The model takes 5.0 GB of memory now. If that is another size than it has now, the next message loads the model anew.",
            ContextWindowText.Of(8192, null, new OllamaRunningModel { Name = "m", Size = 5_000_000_000 }));
        Assert.Equal("The model was made for up to 40,960, and Ollama gives it no more. 40,960 are allocated now.", ContextWindowText.Of(100_000, 40_960, new OllamaRunningModel { Name = "m", ContextLength = 40_960 }));
        Assert.Equal("The model takes 5.0 GB of video memory now. If Ollama's default size differs, the next message reloads the model.", ContextWindowText.Of(null, null, new OllamaRunningModel { Name = "m", Size = 5_000_000_000, SizeVram = 5_000_000_000 }));
        Assert.EndsWith("how much is not known until it is loaded.", ContextWindowText.LargerCost(null), StringComparison.Ordinal);
    }
}
