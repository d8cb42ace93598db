using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Spans;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

public sealed class ComparePageTests : PanelTestBase
{
    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public async Task Two_traces_are_chosen_in_the_list_and_their_figures_and_phases_stand_side_by_side()
    {
        await Stored.Value.StoreAsync(Call(1, "qwen3:8b", 4000, load: 0, written: 100), Call(2, "qwen3:8b", 10_000, load: 6000, written: 100), Call(3, "other", 1, 0, 5));
        var list = RenderTraces();
        await list.Find("[data-testid=traces-compare]").ClickAsync();
        Assert.True(list.Find("[data-testid=compare-open]").HasAttribute("disabled"));

        foreach (var trace in (int[])[3, 1, 2])
        {
            await list.Find($"[data-trace-id='{TraceId(trace)}'] [data-testid=compare-choice]").ChangeAsync(true);
        }

        await list.Find("[data-testid=compare-open]").ClickAsync();
        Assert.Equal($"traces/compare?a={TraceId(1)}&b={TraceId(2)}", Navigation.ToBaseRelativePath(Navigation.Uri));

        var page = Render<ComparePage>();
        Assert.Equal(["Question 1", "Question 2"], page.FindAll("thead a").Select(title => title.TextContent));
        Assert.Equal(["4.00 s", "10.0 s", "+6.00 s (+150%)"], Row("Duration"));
        Assert.Equal(["", "6.00 s", ""], Row("Loading"));
        Assert.Equal(["qwen3:8b", "qwen3:8b", ""], Row("Model"));
        Assert.Equal(["100", "100", ""], Row("Tokens out"));
        Assert.Equal(["left:0%;width:40%", "left:0%;width:100%"], page.FindAll(".bar").Select(bar => bar.GetAttribute("style")));

        string[] Row(string name) => [.. page.Find($"[data-name='{name}']").QuerySelectorAll("td").Select(cell => cell.TextContent.Trim())];
    }

    [Fact]
    public async Task The_keyboard_goes_on_at_the_first_choice_and_back_to_the_button()
    {
        await Stored.Value.StoreAsync(Call(1, "qwen3:8b", 4000, load: 0, written: 100), Call(2, "qwen3:8b", 10_000, load: 6000, written: 100));
        var list = RenderTraces();
        await list.Find("[data-testid=traces-compare]").ClickAsync();
        list.WaitForAssertion(() => Assert.Equal(["[data-testid='compare-choice']"], Focused()));

        await list.Find("[data-testid=compare-cancel]").ClickAsync();
        list.WaitForAssertion(() => Assert.Equal(["[data-testid='compare-choice']", "[data-testid='traces-compare']"], Focused()));

        IEnumerable<string?> Focused() => JSInterop.Invocations["studio.focus"].Select(static call => call.Arguments[0] as string);
    }

    [Fact]
    public async Task A_difference_of_less_than_half_a_percent_has_no_percentage()
    {
        await Stored.Value.StoreAsync(Call(1, "qwen3:8b", 4001, load: 0, written: 100), Call(2, "qwen3:8b", 4000, load: 0, written: 100));
        Navigation.NavigateTo($"traces/compare?a={TraceId(1)}&b={TraceId(2)}");
        Assert.Equal("−1.00 ms", Render<ComparePage>().FindAll("[data-name='Duration'] td")[^1].TextContent.Trim());
    }

    [Fact]
    public void A_trace_that_is_not_kept_is_said_and_leads_to_the_list()
    {
        Navigation.NavigateTo($"traces/compare?a={TraceId(1)}");

        Assert.Contains("Neither trace is kept", Render<ComparePage>().Find("[data-testid=compare-missing]").TextContent, StringComparison.Ordinal);
    }

    private static SpanRecord Call(int trace, string model, double ms, double load, int written) => Span(trace, trace: trace, name: "ollama.chat_streaming", durationMs: ms, attributes:
    [
        ("agent.task", $"Question {trace}"), ("openinference.span.kind", "LLM"), ("llm.model", model), ("llm.tokens_output", written), ("llm.eval_duration_ms", ms - load), ("llm.load_duration_ms", load),
    ]);
}
