using System.Collections.Immutable;
using CsCheck;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Storage.Spans;

namespace OllamaStudio.Tests.Storage.Spans;

public sealed class AttributeSummaryTests
{
    private static readonly Gen<object?> Values = Gen.OneOf(
        Gen.OneOf<object?>("stop", "Länge", "GRÜSSE", "ſtraße", "ıİK", "東京タワー", "𐐨𐐀x", "", "a", "1e5", "true", "NaN", null, true, false, 5L, 5, 5.0, 5m, (short)5, (byte)7, 1e300, double.NaN, double.NegativeInfinity, 0.1f),
        Gen.Select(Gen.Int[0, 100_000], Gen.Int[0, 4]).Select(static (number, kind) => (object?)(kind switch
        {
            0 => (long)number, 1 => number / 8.0, 2 => $"id-{number:x8}", 3 => new[] { $"of {number}", "a list" }, _ => new[] { number, 3L },
        })),
        Gen.String[0, 8].Select(static text => (object?)text));

    private static readonly Gen<string> Asked = Gen.OneOf(
        Gen.OneOf("STOP", "ä", "länge", "grüsse", "STRASSE", "ß", "SS", "ık", "京タ", "𐐀", "5", "5.0", "-1", "1e5", "1E+300", "inf", "nan", "Infinity", "NaN", "tr", "true", "a list", "3", "e", "nothing-has-this", "id-0"),
        Values.Select(AttributeMatch.Text), Gen.String[1, 4]);

    private static readonly Gen<QueryOperator?> Operators = Gen.OneOf<QueryOperator?>(
        null, QueryOperator.Has, QueryOperator.Equal, QueryOperator.NotEqual, QueryOperator.Greater, QueryOperator.AtLeast, QueryOperator.Less, QueryOperator.AtMost);

    [Fact]
    public void It_never_says_no_where_a_span_has_what_is_asked_for() =>
        Gen.Select(Values.Array[0, 80], Asked, Operators).Sample(
            (values, asked, comparison) =>
            {
                // As they are read from the file.
                var attributes = AttributeJson.ReadAttributes(AttributeJson.Write([.. values.Select(static value => KeyValuePair.Create("Some.Name", value))]));
                var summary = Of(attributes);
                var term = new AttributeTerm("some.NAME", comparison, asked) { Start = 0, Text = "", IsNegated = false };
                if (AttributeMatch.Fits(term, attributes))
                {
                    Assert.True(summary?.MayFit(term), $"{comparison} {asked} in {summary}");
                }
                else if (values.Length < 4 && summary is not null)
                {
                    Assert.False(summary.MayFit(term)); // of few it knows all
                }
            },
            iter: 5_000);

    [Fact]
    public void Of_many_values_it_says_no_to_what_none_of_them_is()
    {
        var many = Of([.. Enumerable.Range(0, 500).Select(static number => KeyValuePair.Create("Some.Name", (object?)$"conversation-{number:x8} of a person"))])!;
        Assert.Null(many.DistinctValues);
        Assert.Equal([true, true, true, false, false, true], Ask(many, ":conversation-0000", "=conversation-00000010 of a person", ":A Per", ":nothing-has-this", "=harbour", ":zz"));

        var numbers = Of([.. Enumerable.Range(100, 500).Select(static number => KeyValuePair.Create("Some.Name", (object?)(long)number))])!;
        Assert.Equal((null, 100, 599, null), (numbers.DistinctValues, numbers.Low, numbers.High, numbers.Trigrams));
        Assert.Equal([true, false, true, false, false, true, false], Ask(numbers, ">500", ">599", "<101", "<100", "=77", ":300", ":words"));
    }

    [Fact]
    public void Names_that_a_program_makes_up_are_not_summed_up()
    {
        var summaries = new AttributeSummaries();
        summaries.Add([.. Enumerable.Range(0, 1_000).Select(static number => KeyValuePair.Create($"header.{number}", (object?)"x"))]);
        Assert.Equal(1_000, summaries.Made?.Count);
        summaries.Add([KeyValuePair.Create("one.more", (object?)"x")]);
        Assert.Null(summaries.Made);
    }

    private static AttributeSummary? Of(ImmutableArray<KeyValuePair<string, object?>> attributes)
    {
        var summaries = new AttributeSummaries();
        summaries.Add(attributes);
        return summaries.Made!.GetValueOrDefault(AttributeSummaries.NameOf("some.name"));
    }

    private static bool[] Ask(AttributeSummary summary, params string[] asked) =>
        [.. asked.Select(text => summary.MayFit(Assert.Single(TraceFilter.Parse($"attr.some.name{(text.Contains(' ', StringComparison.Ordinal) ? text[0] + $"\"{text[1..]}\"" : text)}").Attributes)))];
}
