using CsCheck;
using OllamaStudio.Core.Insights;

namespace OllamaStudio.Tests.Insights;

public sealed class QueryParserTests
{
    private static string[] Read(string text) => [.. QueryParser.Parse(text).Terms.Select(static term => (term.IsNegated ? "not " : "") + term switch
    {
        WordTerm word => $"word [{word.Words}]",
        FieldTerm field => $"{field.Field.Name} is [{field.Value}]",
        NumberTerm number => FormattableString.Invariant($"{number.Field.Name} {number.Operator} {number.Value}"),
        AttributeTerm attribute => $"attribute {attribute.Key} {attribute.Operator?.ToString() ?? "there"} [{attribute.Value}]",
        _ => term.ToString(),
    })];

    [Theory]
    [InlineData("  why\tsky ", "word [why]", "word [sky]")]
    [InlineData("\"why is\" -\"the sky", "word [why is]", "not word [the sky]")]
    [InlineData("5\" qwen3:8b http://host/a?b=c x:-) - --", "word [5\"]", "word [qwen3:8b]", "word [http://host/a?b=c]", "word [x:-)]", "word [-]", "word [--]")]
    [InlineData("MODEL:qwen3 -status:error tool!=add session:\"a b\" service=x", "model is [qwen3]", "not status is [error]", "not tool is [add]", "session is [a b]", "service is [x]")]
    [InlineData("duration>5s duration:>=1.5m duration<=500ms duration<2µs duration>0", "duration Greater 5000000000", "duration AtLeast 90000000000", "duration AtMost 500000000", "duration Less 2000", "duration Greater 0")]
    [InlineData("tokens.in>2k tokens.out:100 -tokens.cached>=1.5m rate<42.5 spans!=3", "tokens.in Greater 2000", "tokens.out Has 100", "not tokens.cached AtLeast 1500000", "rate Less 42.5", "spans NotEqual 3")]
    [InlineData("attr.llm.finish_reason=length -attr.a:\"b c\" attr.n>=2 attr.x", "attribute llm.finish_reason Equal [length]", "not attribute a Has [b c]", "attribute n AtLeast [2]", "attribute x there []")]
    [InlineData("duration > 2s tokens.out >=5 model : qwen3 -status = ok rate< 3 why", "duration Greater 2000000000", "tokens.out AtLeast 5", "model is [qwen3]", "not status is [ok]", "rate Less 3", "word [why]")]
    [InlineData("duration=3.12s duration:5s rate=42.1 -duration:5s", "duration AtLeast 3115000000", "duration Less 3125000000", "duration AtLeast 4500000000", "duration Less 5500000000", "rate AtLeast 42.05", "rate Less 42.15", "not duration Has 5000000000")]
    [InlineData("status: duration> attr. attr.x= \"\" -\"\" model:\"\"")]
    [InlineData("")]
    public void What_is_typed_is_read(string text, params string[] expected)
    {
        Assert.Equal(expected, Read(text));
        Assert.Empty(QueryParser.Parse(text).Problems);
    }

    [Theory]
    [InlineData("sky duration>abc", 4, 12, "“duration>abc”: a time such as 500ms, 5s or 2m is expected.")]
    [InlineData("duration>5", 0, 10, "“duration>5”: a time such as 500ms, 5s or 2m is expected.")]
    [InlineData("tokens.in>2kb", 0, 13, "“tokens.in>2kb”: a count such as 500, 2k or 1.5m is expected.")]
    [InlineData("rate>fast", 0, 9, "“rate>fast”: a number such as 40 or 42.5 is expected.")]
    [InlineData("model>qwen3", 0, 11, "“model>qwen3”: write model:qwen3.")]
    [InlineData("source:judge", 0, 12, "There is no source “judge”: write chat, lab (replays) or gateway (calls of other programs).")]
    [InlineData("-status:lost", 0, 12, "There is no status “lost”: write running, ok, error, unset or interrupted.")]
    public void What_cannot_be_read_is_said_with_its_place(string text, int start, int length, string message)
    {
        var (terms, problems, _) = QueryParser.Parse(text);

        Assert.Equal(new QueryProblem(start, length, message), Assert.Single(problems));
        Assert.All(terms, static term => Assert.IsType<WordTerm>(term));
    }

    [Theory]
    [InlineData("sky status:error \"the sea\" -model:qwen3 status:ERROR attr.x duration>abc tool:", new[] { "status:error", "-model:qwen3", "attr.x" }, "sky \"the sea\" duration>abc tool:")]
    [InlineData(" ", new string[0], "")]
    public void Filters_that_can_be_read_are_parted_from_the_rest(string text, string[] filters, string words)
    {
        var (found, rest) = TraceFilter.Part(text);
        Assert.Equal(filters, found.ToArray());
        Assert.Equal(words, rest);
    }

    [Fact]
    public void A_field_that_there_is_not_is_said_with_those_that_there_are() =>
        Assert.StartsWith("“duratoin>5s”: there is no field “duratoin”; those with numbers are duration, tokens.in, ", TraceFilter.Parse("duratoin>5s").Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("foo:bar", "“foo” is no field here: “foo:bar” is searched as words. Fields: status, model, tool, duration, ")]
    [InlineData("sky -has=error", "“has” is no field here: “-has=error” is searched as words.")]
    public void What_looks_like_a_field_and_is_none_is_said_and_searched_as_words(string text, string note)
    {
        var filter = TraceFilter.Parse(text);

        Assert.StartsWith(note, Assert.Single(filter.Notes).Message, StringComparison.Ordinal);
        Assert.IsType<WordTerm>(filter.Terms[^1]);
        Assert.Null(filter.Problem);
    }

    [Theory]
    [InlineData("qwen3:8b mistral:7b llama:latest http://host/a?b=c x:-) 12:30 model:qwen3 attr.x=1 -")]
    public void Names_of_models_addresses_and_faces_are_taken_for_no_field(string text) => Assert.Empty(TraceFilter.Parse(text).Notes);

    [Fact]
    public void A_query_that_is_too_long_is_refused_and_narrows_nothing()
    {
        var filter = TraceFilter.Parse(new string('x', TraceFilter.MaxLength + 1));

        Assert.Empty(filter.Terms);
        Assert.Equal("The query is longer than 4,000 characters.", filter.Problem);
        Assert.Null(TraceFilter.Parse(new string('x', TraceFilter.MaxLength)).Problem);
    }

    [Fact]
    public void Anything_is_read_and_each_term_stands_where_it_says() =>
        Gen.Char["ab:=<>!-\" \t.5smattr"].Array[0, 40].Select(static letters => new string(letters)).Sample(text =>
        {
            var (terms, problems, _) = QueryParser.Parse(text);
            Assert.All(terms, term => Assert.Equal(term.Text, text.Substring(term.Start, term.Text.Length)));
            Assert.All(problems, problem => Assert.InRange(problem.Start + problem.Length, 1, text.Length));
            Assert.Equal(string.Concat(text.Where(static letter => !char.IsWhiteSpace(letter))), string.Concat(QueryParser.Split(text).SelectMany(static term => term.Typed).Where(static letter => !char.IsWhiteSpace(letter))));
        });
}
