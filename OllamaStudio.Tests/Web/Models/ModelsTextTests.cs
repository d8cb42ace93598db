using OllamaStudio.Core.Ollama.Library;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Models;

namespace OllamaStudio.Tests.Web.Models;

public sealed class ModelsTextTests
{
    [Theory]
    [InlineData(4_970_000_000, 8_150_000_000, 41_000_000.0, ModelJobState.Running, "5.0 GB of 8.2 GB · 41 MB/s · 1 m 17 s left")]
    [InlineData(2_000, 4_000, 100.0, ModelJobState.Running, "2.0 kB of 4.0 kB · 100 B/s · 20 s left")]
    [InlineData(2_000, 4_000, null, ModelJobState.Running, "2.0 kB of 4.0 kB")] // not known yet
    [InlineData(4_000, 4_000, 100.0, ModelJobState.Running, "4.0 kB of 4.0 kB · 100 B/s")] // verified: nothing left
    [InlineData(2_000, 4_000, 100.0, ModelJobState.Paused, "2.0 kB of 4.0 kB")] // the speed is that of before
    [InlineData(2_000, 4_000, 100.0, ModelJobState.Failed, "2.0 kB of 4.0 kB")]
    [InlineData(4_000, 4_000, 100.0, ModelJobState.Done, "")]
    [InlineData(0, 0, null, ModelJobState.Running, "")]
    public void How_far_a_pull_is_how_fast_it_goes_and_how_long_it_still_takes(long completed, long total, double? speed, ModelJobState state, string words) =>
        Assert.Equal(words, ModelsText.Far(new ModelJob
        {
            Id = "1", Kind = ModelJobKind.Pull, Model = "qwen3:8b", Server = ServerKind.Ollama, State = state, Progress = new PullProgress(completed, total, 0, speed),
        }));
}
