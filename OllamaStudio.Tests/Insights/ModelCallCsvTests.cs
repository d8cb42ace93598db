using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Tests.Insights;

public sealed class ModelCallCsvTests
{
    private static readonly SpanRecord Call = new()
    {
        TraceId = "5b8efff798038103d269b633813fc60c", SpanId = "eee19b7ec3c1b174", Name = "ollama.chat_streaming", StartTime = new(2026, 11, 26, 9, 30, 0, TimeSpan.Zero), Duration = TimeSpan.FromMilliseconds(1_250.5),
        Status = SpanStatus.Error, StatusDescription = "it said \"no\",\ntwice", Sampled = true, Resource = new SpanResource([new("service.name", "-studio")]),
        Attributes =
        [
            new("llm.model", "=HYPERLINK(\"http://x\")"), new("llm.operation", "chat_streaming"), new("llm.tokens_input", 12), new("llm.tokens_output", 20L), new("llm.eval_duration_ms", 500.25), new("llm.finish_reason", "@x"),
        ],
    };

    [Fact]
    public void A_model_call_is_a_row_with_quotes_where_needed_and_no_formula() => Assert.Equal(
        "2026-11-26T09:30:00.0000000Z,5b8efff798038103d269b633813fc60c,eee19b7ec3c1b174,,'-studio,\"'=HYPERLINK(\"\"http://x\"\")\",,,chat_streaming,error,\"it said \"\"no\"\",\ntwice\",'@x,12,,20,39.98000999500250,1250.5,,,,,500.25,true\r\n"
            .Replace("39.98000999500250", (20 / 0.50025).ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal),
        ModelCallCsv.RowOf(Call));

    [Fact]
    public void The_header_names_as_many_columns_as_a_row_has()
    {
        Assert.StartsWith("start_time,trace_id,span_id,session_id,", ModelCallCsv.Header, StringComparison.Ordinal);
        Assert.Equal(ModelCallCsv.RowOf(Call with { StatusDescription = "no", Attributes = [new("llm.model", "m"), new("openinference.span.kind", "LLM")] })!.Count(static sign => sign == ','), ModelCallCsv.Header.Count(static sign => sign == ','));
    }

    [Fact]
    public void A_call_of_another_program_by_the_conventions_for_GenAI_has_its_tokens_and_so_has_its_trace()
    {
        var foreign = Call with
        {
            Name = "chat gpt-4o",
            Attributes =
            [
                new("gen_ai.operation.name", "chat"), new("gen_ai.request.model", "gpt-4o"), new("gen_ai.conversation.id", "thread-1"), new("gen_ai.usage.input_tokens", 700L), new("gen_ai.usage.output_tokens", 30L),
                new("gen_ai.usage.cache_read.input_tokens", 5L),
            ],
        };
        Assert.Contains(",thread-1,", ModelCallCsv.RowOf(foreign), StringComparison.Ordinal);
        Assert.Contains(",700,5,30,", ModelCallCsv.RowOf(foreign), StringComparison.Ordinal);
        var trace = TraceSummary.Of([foreign with { ParentSpanId = "eee19b7ec3c1b173" }, Call with { Name = "POST /ask", SpanId = "eee19b7ec3c1b173", Attributes = [] }]);
        Assert.Equal((new TokenCounts(700, 30), 5L), (trace.Tokens, trace.CachedTokens));
        Assert.True(TraceFilter.Parse("tokens.in>600").Matches(trace, null));
        Assert.Null(ModelCallCsv.RowOf(foreign with { Attributes = [new("gen_ai.operation.name", "invoke_agent")] }));
    }

    [Theory]
    [InlineData("execute_tool x", false)]
    [InlineData("chat_interaction", false)]
    [InlineData("ollama.chat_with_tools", true)]
    public void Only_model_calls_have_a_row(string name, bool hasRow) => Assert.Equal(hasRow, ModelCallCsv.RowOf(Call with { Name = name }) is not null);

    [Fact]
    public void A_call_that_runs_has_none() => Assert.Null(ModelCallCsv.RowOf(Call with { Duration = null }));
}
