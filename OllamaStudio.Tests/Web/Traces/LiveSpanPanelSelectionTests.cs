using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components.Web;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

public sealed class LiveSpanPanelSelectionTests : PanelTestBase
{
    [Fact]
    public void Everything_can_be_reached_by_keyboard()
    {
        var panel = Render<LiveSpanPanel>();
        Record(Turn());

        Press("ArrowDown");
        Press("ArrowDown");
        Assert.Equal("chat_interaction", Active().GetAttribute("data-name"));
        Assert.Equal("true", Active().GetAttribute("aria-selected"));

        Press("ArrowRight");
        Assert.Equal("generate_response", Active().GetAttribute("data-name"));

        Press("ArrowLeft");
        Assert.Equal("false", Active().GetAttribute("aria-expanded"));
        Assert.Equal(["chat_interaction", "generate_response", "log_interaction"], Names(panel));

        Press("ArrowLeft");
        Assert.Equal("chat_interaction", Active().GetAttribute("data-name"));

        Press("End");
        Press("Enter");
        Assert.Equal("Details of log_interaction", panel.Find("[data-testid=span-details]").GetAttribute("aria-label"));

        Press("ArrowUp");
        Assert.Equal("Details of generate_response", panel.Find("[data-testid=span-details]").GetAttribute("aria-label"));

        panel.Find("[data-testid=span-panel]").KeyDown("Escape");
        Assert.Empty(panel.FindAll("[data-testid=span-details]"));

        Press("Home");
        Press("ArrowLeft");
        Assert.Empty(Names(panel));

        void Press(string key) => panel.Find("[role=treegrid]").KeyDown(new KeyboardEventArgs { Key = key });

        IElement Active() => panel.Find("#" + panel.Find("[role=treegrid]").GetAttribute("aria-activedescendant"));
    }

    [Fact]
    public void Folding_a_row_away_takes_the_keyboard_up_with_it()
    {
        var panel = Render<LiveSpanPanel>();
        Record(Turn());
        Row(panel, "ollama_request").Click();

        panel.Find("[data-testid=span-row][data-name=generate_response] .twist").Click();

        Assert.Equal(Row(panel, "generate_response").Id, panel.Find("[role=treegrid]").GetAttribute("aria-activedescendant"));
    }

    [Fact]
    public void All_traces_fold_at_once()
    {
        var panel = Render<LiveSpanPanel>();
        Record(Turn());
        Record(Turn(2, 5000));

        panel.Find("[data-testid=span-collapse-all]").Click();
        Assert.Empty(Names(panel));
        Assert.Equal(2, panel.FindAll("[data-testid=span-trace]").Count);

        panel.Find("[data-testid=span-collapse-all]").Click();
        Assert.Equal(12, Names(panel).Length);
    }

    [Fact]
    public void A_trace_that_is_pointed_out_is_selected_whatever_hides_it()
    {
        var panel = Render<LiveSpanPanel>();
        Record(Turn());
        Record(Turn(2, 5000));
        panel.Find("[data-testid=span-collapse-all]").Click();
        panel.Find("[data-testid=span-filter]").Input("no such thing");

        panel.Render(parameters => parameters.Add(p => p.FocusTraceId, TraceId(2)));

        Assert.Equal($"live-{SpanId(201)}", panel.Find("[role=treegrid]").GetAttribute("aria-activedescendant"));
        Assert.Equal("true", panel.Find($"#live-{SpanId(201)}").GetAttribute("aria-selected"));
    }

    [Fact]
    public void A_trace_that_came_while_paused_can_be_pointed_out()
    {
        var panel = Render<LiveSpanPanel>();
        Record(Turn());
        panel.Find("[data-testid=span-pause]").Click();
        Record(Turn(2, 5000));

        panel.Render(parameters => parameters.Add(p => p.FocusTraceId, TraceId(2)));

        Assert.Empty(panel.FindAll("[data-testid=span-paused]"));
        Assert.Equal($"live-{SpanId(201)}", panel.Find("[role=treegrid]").GetAttribute("aria-activedescendant"));
    }

    [Fact]
    public void A_trace_that_is_gone_is_said_to_be_gone()
    {
        var panel = Render<LiveSpanPanel>(parameters => parameters.Add(p => p.FocusTraceId, TraceId(5)));

        Assert.Contains("no longer kept", panel.Find("[data-testid=span-missing]").TextContent, StringComparison.Ordinal);
    }
}
