using Bunit;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Tests.Web.Chat;

public sealed class WaitBarTests : BunitContext
{
    [Fact]
    public void The_wait_for_the_person_is_a_phase_of_its_own_in_words_and_colour()
    {
        var stats = new TurnStats { EvalDuration = TimeSpan.FromSeconds(1), ApprovalDuration = TimeSpan.FromSeconds(4.3), ToolDuration = TimeSpan.FromMilliseconds(131) };

        var bar = Render<WaitBar>(parameters => parameters.Add(p => p.Stats, stats));

        Assert.Equal(["person", "tools", "answer"], bar.FindAll(".track span").Select(stretch => stretch.ClassName));
        Assert.Equal(
            "Where the wait went: waiting for you 4.30 s, using tools 131 ms, answering 1.00 s", bar.Find(".track").GetAttribute("aria-label"));
        Assert.Contains("was waiting for you", bar.Find("p").TextContent, StringComparison.Ordinal);
    }
}
