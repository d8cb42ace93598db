using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Library;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama.Library;

/// <summary>What is made of a pull's lines, of parameters that a person writes, of names and of versions.</summary>
public class LibraryTextTests
{
    [Fact]
    public void The_speed_of_a_pull_leaves_out_what_was_there_and_looks_back_some_seconds()
    {
        var time = new ManualTime();
        var meter = new PullMeter(time);
        Assert.Equal(new PullProgress(0, 0, 0, null), meter.Add(Line(null, 0, 0)));
        Assert.Equal(new PullProgress(500, 1000, 0, null), meter.Add(Line("a", 1000, 500)));

        PullProgress last = null!;
        for (var second = 1; second <= 4; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            last = meter.Add(Line("a", 1000, 500 + (second * 50)));
        }

        Assert.Equal(new PullProgress(700, 1000, 0, 50), last);
        Assert.Equal(TimeSpan.FromSeconds(6), last.Left);
        Assert.Equal(new PullProgress(730, 1030, 1, 50), meter.Add(Line("b", 30, 30)));

        // A hundred times as fast from now on: after the window nothing of before is left in it.
        for (var second = 1; second <= 7; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            last = meter.Add(Line("c", 1_000_000, second * 5000));
        }

        Assert.Equal(5000, last.BytesPerSecond);
    }

    [Fact]
    public void Parameters_have_the_types_that_Ollama_wants()
    {
        Assert.True(ModelParameters.TryParse("temperature 0.7\n\n  num_ctx   8192 \r\nPARAMETER use_mmap false\nstop \"<|end|>\"\nSTOP Human:", out var parameters, out var fault));

        Assert.Null(fault);
        Assert.Equal(["temperature", "num_ctx", "use_mmap", "stop"], parameters.Keys);
        Assert.Equal((0.7, 8192, false), ((double)parameters["temperature"], (int)parameters["num_ctx"], (bool)parameters["use_mmap"]));
        Assert.Equal(["<|end|>", "Human:"], (string[])parameters["stop"]);
    }

    [Theory]
    [InlineData("temprature 1", "“temprature” is no parameter")]
    [InlineData("num_ctx many", "num_ctx needs a whole number")]
    [InlineData("temperature NaN", "temperature needs a number")]
    [InlineData("use_mmap perhaps", "use_mmap needs true or false")]
    [InlineData("stop", "stop needs a text")]
    [InlineData("PARAMETER", "“PARAMETER” is no parameter")]
    public void A_parameter_that_is_wrong_is_named(string text, string fault)
    {
        Assert.False(ModelParameters.TryParse(text, out _, out var said));
        Assert.StartsWith(fault, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qwen3", true)]
    [InlineData(" qwen3:8b-q4_K_M ", true)]
    [InlineData("hf.co/unsloth/Qwen3-8B-GGUF:Q4_K_M", true)]
    [InlineData("registry.local:5000/me/model:v1.2", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("two words", false)]
    [InlineData("a:b:c", false)]
    [InlineData("/model", false)]
    [InlineData("model:", false)]
    [InlineData("<b>", false)]
    [InlineData("модель", false)]
    [InlineData("../../etc", false)]
    public void A_name_that_cannot_be_one_is_told(string? name, bool isGood) => Assert.Equal(isGood, ModelNames.Fault(name) is null);

    [Fact]
    public void A_name_as_long_as_a_book_is_none() => Assert.NotNull(ModelNames.Fault(new string('a', ModelNames.MaxLength + 1)));

    [Theory]
    [InlineData("0.33.3", 0)]
    [InlineData("0.40.0", 0)]
    [InlineData("v1.0.0", 0)]
    [InlineData("0.33.0-rc2", 1)]
    [InlineData("0.31.4", 2)]
    [InlineData("0.12.5", 4)]
    [InlineData("0.0.0", 0)]
    [InlineData("dev", 0)]
    [InlineData(null, 0)]
    public void An_old_server_lacks_what_came_later(string? version, int count) => Assert.Equal(count, ServerAge.Lacks(version).Length);

    private static OllamaProgress Line(string? digest, long total, long completed) => new("pulling", digest, total, completed);
}
