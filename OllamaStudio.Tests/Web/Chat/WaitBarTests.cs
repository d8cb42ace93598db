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

        Assert.Equal(["you", "tools", "answering"], bar.FindAll(".wait-bar .seg").Select(stretch => stretch.GetAttribute("data-phase")));
        Assert.Equal("Where the wait went: waiting for you 4.30 s, tools 131 ms, answering 1.00 s", bar.Find(".wait-bar").GetAttribute("aria-label"));
        Assert.Equal(
            ["Waiting for you 4.30 s", "Tools 131 ms", "Answering 1.00 s", "Waiting for you took most of 5.43 s"],
            bar.FindAll(".wait-legend li").Select(item => item.TextContent.Trim()));
    }
}
