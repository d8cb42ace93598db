using Microsoft.AspNetCore.Http.Features;
using OllamaStudio.Http;

namespace OllamaStudio.Tests.Http;

public sealed class OfferedTokenTests
{
    [Theory]
    [InlineData("?token=abc", "abc", "")]
    [InlineData("?q=a%20b&token=abc&x=%22", "abc", "?q=a%20b&x=%22")]
    [InlineData("?%74oken=a%62c", "abc", "")]
    [InlineData("?TOKEN=abc&token=def&flag", "abc", "?flag")]
    [InlineData("?token", "", "")]
    [InlineData("?token=&q=", "", "?q=")]
    [InlineData("?token=a=b", "a=b", "")]
    [InlineData("?token=&token=abc", "abc", "")]
    public void The_token_leaves_the_query_and_the_rest_stays_as_it_was(string query, string offered, string rest)
    {
        var request = new HttpRequestFeature { QueryString = query, RawTarget = "/traces" + query };

        Assert.Equal(offered, OfferedToken.TakeFrom(request)?.Value);
        Assert.Equal((rest, "/traces" + rest), (request.QueryString, request.RawTarget));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?q=token")]
    [InlineData("?tokens=abc&my-token=def&&x")]
    public void Without_one_a_query_is_left_alone(string query)
    {
        var request = new HttpRequestFeature { QueryString = query, RawTarget = "/traces" + query };

        Assert.Null(OfferedToken.TakeFrom(request));
        Assert.Equal((query, "/traces" + query), (request.QueryString, request.RawTarget));
    }

    [Fact]
    public void What_was_offered_does_not_show_in_a_text() => Assert.DoesNotContain("abc", new OfferedToken("abc").ToString(), StringComparison.Ordinal);
}
