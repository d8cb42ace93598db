using CsCheck;
using OllamaStudio.Core.Insights;

namespace OllamaStudio.Tests.Insights;

public sealed class HistogramTests
{
    // Half a bucket, by which a quantile is off at most.
    private const double LargestError = 0.0443;

    // From microseconds to days, in milliseconds.
    private static readonly Gen<double> s_value = Gen.Double[-9.9, 27].Select(static power => double.Exp2(power));
    private static readonly Gen<double[]> s_values = s_value.Array[1, 400];

    [Fact]
    public void A_quantile_is_at_most_four_and_a_half_percent_off() =>
        Gen.Select(s_values, Gen.Double[0, 1]).Sample((values, share) =>
        {
            var exact = values.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(share * values.Length) - 1));
            var told = Of(values).Quantile(share)!.Value;
            return Math.Abs(told - exact) / exact <= LargestError;
        });

    [Fact]
    public void Parts_add_up_to_the_whole_in_any_order() =>
        Gen.Select(s_values, s_values, s_values).Sample((one, two, three) =>
        {
            var whole = Of([.. one, .. two, .. three]).ToBytes();
            var left = Sum(Sum(Of(one), Of(two)), Of(three)).ToBytes();
            var right = Sum(Of(three), Sum(Of(two), Of(one))).ToBytes();
            return whole.SequenceEqual(left) && whole.SequenceEqual(right);
        });

    [Fact]
    public void Its_bytes_bring_it_back() =>
        s_values.Sample(static values =>
        {
            var histogram = Of(values);
            var back = Histogram.FromBytes(histogram.ToBytes());
            return back.Count == values.Length && back.ToBytes().SequenceEqual(histogram.ToBytes()) && back.Quantile(0.5) == histogram.Quantile(0.5);
        });

    [Fact]
    public void A_minute_of_calls_takes_few_bytes() =>
        Assert.InRange(Of([.. Enumerable.Range(0, 200).Select(static call => 600.0 + (call * 3))]).ToBytes().Length, 1, 40);

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(1e30)]
    public void What_lies_beyond_its_buckets_counts_in_the_last(double value)
    {
        var histogram = Of(value, 1);
        Assert.Equal(2, histogram.Count);
        Assert.Equal(2, Histogram.FromBytes(histogram.ToBytes()).Count);
    }

    [Fact]
    public void Nothing_has_no_quantile_and_what_is_no_number_counts_for_nothing()
    {
        var histogram = Of(double.NaN, double.PositiveInfinity);
        Assert.Equal(0, histogram.Count);
        Assert.Null(histogram.Quantile(0.5));
    }

    [Theory]
    [InlineData("")]
    [InlineData("02")]
    [InlineData("0103")]
    [InlineData("0183")]
    [InlineData("01910301")]
    [InlineData("01FFFFFFFFFFFFFFFF7F01")]
    public void Bytes_of_something_else_are_refused(string bytes) =>
        Assert.Throws<FormatException>(() => Histogram.FromBytes(Convert.FromHexString(bytes)));

    private static Histogram Of(params double[] values)
    {
        var histogram = new Histogram();
        Array.ForEach(values, histogram.Add);
        return histogram;
    }

    private static Histogram Sum(Histogram one, Histogram other)
    {
        one.Add(other);
        return one;
    }
}
