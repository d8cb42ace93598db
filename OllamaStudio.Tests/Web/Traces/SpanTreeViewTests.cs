using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

public sealed class SpanTreeViewTests
{
    private static SpanTreeView View(params TraceRecord[] newestFirst)
    {
        var view = new SpanTreeView(withTraceRows: true);
        view.Show(newestFirst);
        return view;
    }

    private static string[] Outline(SpanTreeView view) =>
        [.. view.Rows.Select(row => new string('-', row.Level - 1) + (row is SpanRow span ? span.Span.Name : "#" + int.Parse(row.Key, System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture)))];

    [Fact]
    public void The_newest_trace_comes_last()
    {
        var view = View(Trace(Span(2, trace: 2, startMs: 500)), Trace(Span(1)));

        Assert.Equal(["#1", "#2", "-chat_interaction"], Outline(view));
        Assert.Equal([0, 1, 2], view.Rows.Select(row => row.Index));
    }

    [Fact]
    public void Only_the_newest_trace_and_running_ones_lie_open_until_a_person_says_otherwise()
    {
        var view = View(Trace(Span(3, trace: 3, startMs: 900)), Trace(Span(2, trace: 2, startMs: 500, durationMs: null)), Trace(Span(1)));
        Assert.Equal(["#1", "#2", "-chat_interaction", "#3", "-chat_interaction"], Outline(view));

        // Folded by hand it stays folded; where the person is, it stays open.
        view.SetExpanded(view.Find(TraceId(2))!, false);
        view.Keep(view.Find(SpanId(3))!);
        view.SetExpanded(view.Find(TraceId(1))!, true);
        view.Show([Trace(Span(4, trace: 4, startMs: 2000)), Trace(Span(3, trace: 3, startMs: 900)), Trace(Span(2, trace: 2, startMs: 500, durationMs: null)), Trace(Span(1))]);
        Assert.Equal(["#1", "-chat_interaction", "#2", "#3", "-chat_interaction", "#4", "-chat_interaction"], Outline(view));

        view.Apply(new SpanFilter { Text = "chat" });
        Assert.Equal(8, view.Rows.Count);
    }

    [Fact]
    public void The_head_of_a_trace_is_as_high_as_two_rows_and_every_row_knows_where_it_lies()
    {
        var view = View(Trace(Span(3, trace: 3, startMs: 900)), Trace(Span(1)));

        Assert.Equal([0, 2, 4], view.Rows.Select(row => row.Top));
        Assert.Equal(5, view.Height);
        Assert.Equal([0, 0, 1, 1, 2, 2], new[] { 0, 1, 2, 3, 4, 99 }.Select(view.IndexAt));
        Assert.Equal(0, View().IndexAt(3));
    }

    [Fact]
    public void Rows_of_traces_that_did_not_change_stay_the_same_objects()
    {
        var old = Trace(Turn(1));
        var view = View(Trace(Span(9, trace: 2, durationMs: null)), old);
        view.SetExpanded(view.Find(TraceId(1))!, true);
        var before = view.Rows.ToArray();

        view.Show([Trace(Span(9, trace: 2)), old]);

        Assert.Equal(before[..7], view.Rows[..7]);
        Assert.NotSame(before[^1], view.Rows[^1]);
    }

    [Fact]
    public void Collapsing_hides_what_is_below_and_expanding_brings_it_back()
    {
        var view = View(Trace(Turn(1)));

        view.SetExpanded(view.Find(SpanId(102))!, false);
        Assert.Equal(["#1", "-chat_interaction", "--generate_response", "--log_interaction"], Outline(view));
        Assert.False(view.Find(SpanId(102))!.IsExpanded);

        view.SetExpanded(view.Find(TraceId(1))!, false);
        Assert.Equal(["#1"], Outline(view));

        view.SetExpanded(view.Find(TraceId(1))!, true);
        view.SetExpanded(view.Find(SpanId(102))!, true);
        Assert.Equal(7, view.Rows.Count);
    }

    [Fact]
    public void What_is_collapsed_stays_so_while_the_trace_grows()
    {
        var spans = Turn(1);
        var view = View(Trace(spans[..4]));
        view.SetExpanded(view.Find(SpanId(102))!, false);

        view.Show([Trace(spans)]);

        Assert.Equal(["#1", "-chat_interaction", "--generate_response", "--log_interaction"], Outline(view));
    }

    [Fact]
    public void All_traces_collapse_and_expand_at_once()
    {
        var view = View(Trace(Turn(2, 5000)), Trace(Turn(1)));

        view.SetAllExpanded(false);
        Assert.Equal(["#1", "#2"], Outline(view));

        view.SetAllExpanded(true);
        Assert.Equal(14, view.Rows.Count);
    }

    [Fact]
    public void A_filter_shows_matches_and_the_way_to_them()
    {
        var view = View(Trace(Span(900, trace: 2, name: "ollama.verify_connection", startMs: 5000)), Trace(Turn(1)));

        view.Apply(new SpanFilter { Text = "STREAMING_resp" });

        Assert.Equal(["#1", "-chat_interaction", "--generate_response", "---ollama.chat_streaming", "----process_streaming_response"], Outline(view));
        Assert.Equal([false, false, false, true], view.Rows.OfType<SpanRow>().Select(row => row.IsMatch));
        Assert.Equal(1, view.MatchCount);
        Assert.Equal(7, view.SpanCount);
    }

    [Theory]
    [InlineData("demo-small", "ollama.chat_streaming")]
    [InlineData("1234", "ollama.chat_streaming")]
    [InlineData("  ollama_request ", "ollama_request")]
    [InlineData("session-1", "chat_interaction")]
    [InlineData("LLM.tokens_in", "ollama.chat_streaming")]
    [InlineData("llm.model = demo", "ollama.chat_streaming")]
    public void Text_is_looked_for_in_names_and_in_attributes_keys_and_values(string text, string expected)
    {
        var view = View(Trace(Turn(1)));

        view.Apply(new SpanFilter { Text = text });

        Assert.Equal([expected], view.Rows.OfType<SpanRow>().Where(row => row.IsMatch).Select(row => row.Span.Name));
    }

    [Fact]
    public void A_trace_id_finds_its_whole_trace()
    {
        var view = View(Trace(Turn(2, 5000)), Trace(Turn(1)));

        view.Apply(new SpanFilter { Text = TraceId(2) });

        Assert.Equal(7, view.Rows.Count);
        Assert.All(view.Rows, row => Assert.Equal(TraceId(2), row.Tree.Trace.TraceId));
    }

    [Fact]
    public void Errors_and_kinds_narrow_each_other()
    {
        var spans = Turn(1);
        spans[2] = spans[2] with { Status = SpanStatus.Error, StatusDescription = "model not found" };
        spans[3] = spans[3] with { Status = SpanStatus.Error };
        var view = View(Trace(spans));

        view.Apply(new SpanFilter { ErrorsOnly = true });
        Assert.Equal(2, view.MatchCount);

        view.Apply(new SpanFilter { ErrorsOnly = true, Category = SpanCategory.Llm });
        Assert.Equal(1, view.MatchCount);

        view.Apply(new SpanFilter { Text = "not found" });
        Assert.Equal(1, view.MatchCount);

        view.Apply(new SpanFilter { Category = SpanCategory.Tool });
        Assert.Empty(view.Rows);
    }

    [Fact]
    public void A_filter_looks_into_collapsed_traces_and_leaves_them_collapsed_when_it_goes()
    {
        var view = View(Trace(Turn(1)));
        view.SetAllExpanded(false);

        view.Apply(new SpanFilter { Text = "ollama_request" });
        Assert.Equal(5, view.Rows.Count);

        view.SetExpanded(view.Find(TraceId(1))!, false);
        Assert.Single(view.Rows);

        view.Apply(SpanFilter.None);
        Assert.Equal(["#1"], Outline(view));
    }

    [Fact]
    public void A_row_knows_the_row_it_lies_below()
    {
        var view = View(Trace(Turn(2, 5000)), Trace(Turn(1)));

        Assert.Equal(SpanId(202), view.ParentOf(view.Find(SpanId(203))!)!.Key);
        Assert.Equal(TraceId(2), view.ParentOf(view.Find(SpanId(201))!)!.Key);
        Assert.Null(view.ParentOf(view.Find(TraceId(2))!));
    }

    [Fact]
    public void Ten_thousand_spans_make_new_rows_only_for_the_trace_that_changed()
    {
        var old = Enumerable.Range(1, 1_666).Select(trace => Trace(Turn(trace, trace * 1000))).Reverse().ToArray();
        var view = View(old);
        view.SetAllExpanded(true);
        var before = view.Rows.ToHashSet();

        view.Show([Trace(Span(999_999, trace: 5000, startMs: 1e9, durationMs: null)), .. old]);

        Assert.Equal(2, view.Rows.Count(row => !before.Contains(row)));
        Assert.True(view.IsRunning);
    }

    [Theory]
    [InlineData(0, 25, 10_000, 0, 45)]
    [InlineData(500, 25, 10_000, 480, 65)]
    [InlineData(int.MaxValue, 25, 10_000, 9_955, 45)]
    [InlineData(-7, 25, 10, 0, 10)]
    [InlineData(90, 25, 10, 0, 10)]
    [InlineData(0, int.MaxValue, 10_000, 0, 380)]
    [InlineData(0, 25, 0, 0, 0)]
    public void Only_rows_around_those_in_sight_are_drawn(int first, int visible, int total, int expectedFirst, int expectedCount) =>
        Assert.Equal(new RowWindow(expectedFirst, expectedCount), RowWindow.Around(first, visible, total));
}
