using System.Globalization;
using OllamaStudio.Core.Tools.BuiltIn;

namespace OllamaStudio.Tests.Tools;

public class ExpressionTests
{
    [Theory]
    [InlineData("5 + 3", "8")]
    [InlineData("2+3*4", "14")]
    [InlineData("(2 + 3) * 4", "20")]
    [InlineData("10 - 4 - 3", "3")]
    [InlineData("100 / 10 / 5", "2")]
    [InlineData("7 % 4", "3")]
    [InlineData("2 ^ 3 ^ 2", "512")]
    [InlineData("-2 ^ 2", "-4")]
    [InlineData("(-2) ^ 2", "4")]
    [InlineData("2 ^ -1", "0.5")]
    [InlineData("2 * -3", "-6")]
    [InlineData("--3", "3")]
    [InlineData("+3", "3")]
    [InlineData("0.1 + 0.2", "0.3")]
    [InlineData("1.5e3 + .5", "1500.5")]
    [InlineData("9 ^ 0.5", "3")]
    [InlineData("6 × 7 ÷ 2 − 1", "20")]
    [InlineData("  ((((1))))  ", "1")]
    public void Arithmetic_is_what_people_expect(string expression, string value) =>
        Assert.Equal(decimal.Parse(value, CultureInfo.InvariantCulture), Expression.Evaluate(expression));

    [Theory]
    [InlineData("", "ends where a number")]
    [InlineData("2 +", "ends where a number")]
    [InlineData("(2 + 3", "not closed")]
    [InlineData("2 + 3)", "')' at position 6")]
    [InlineData("2 $ 3", "'$' at position 3")]
    [InlineData("sqrt(4)", "'s' at position 1")]
    [InlineData("2e", "'e' at position 2")]
    [InlineData("1.2.3", "no number")]
    [InlineData("(-8) ^ 0.5", "no real value")]
    [InlineData("System.IO.File", "'S' at position 1")]
    public void What_is_no_expression_is_refused_with_the_place(string expression, string words) =>
        Assert.Contains(words, Assert.Throws<FormatException>(() => Expression.Evaluate(expression)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("1 / 0")]
    [InlineData("1 % (2 - 2)")]
    [InlineData("0 ^ -1")]
    public void Division_by_zero_is_an_error_of_its_own(string expression) =>
        Assert.Throws<DivideByZeroException>(() => Expression.Evaluate(expression));

    [Theory]
    [InlineData("10 ^ 30")]
    [InlineData("99999999999999999999999999999999")]
    [InlineData("9 ^ 9 ^ 9")]
    public void What_does_not_fit_overflows_at_once(string expression) =>
        Assert.Throws<OverflowException>(() => Expression.Evaluate(expression));

    [Fact]
    public void Length_and_depth_are_bounded()
    {
        Assert.Throws<FormatException>(() => Expression.Evaluate(new string('1', Expression.MaxLength + 1)));
        Assert.Throws<FormatException>(() => Expression.Evaluate(new string('(', 900)));
        Assert.Throws<FormatException>(() => Expression.Evaluate(new string('-', 900) + "1"));
        Assert.Throws<FormatException>(() => Expression.Evaluate(string.Join('^', Enumerable.Repeat("1", 400))));
    }
}
