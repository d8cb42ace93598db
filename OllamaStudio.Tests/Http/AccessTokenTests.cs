using OllamaStudio.Http;

namespace OllamaStudio.Tests.Http;

public sealed class AccessTokenTests
{
    [Fact]
    public void Every_token_is_another_and_holds_256_bits()
    {
        var (first, second) = (AccessToken.CreateRandom(), AccessToken.CreateRandom());

        Assert.NotEqual(first.Value, second.Value);
        Assert.Equal(43, first.Value.Length);
        Assert.Null(AccessToken.FindFault(first.Value));
    }

    [Fact]
    public void A_token_matches_itself_and_nothing_near_it()
    {
        var token = AccessToken.Of("correct-horse-battery");

        Assert.True(token.Matches("correct-horse-battery"));
        foreach (var wrong in new[] { null, "", "correct-horse-batter", "correct-horse-battery2", "Correct-horse-battery", token.CookieValue })
        {
            Assert.False(token.Matches(wrong));
        }
    }

    [Fact]
    public void The_cookie_is_made_from_the_token_and_does_not_tell_it()
    {
        var token = AccessToken.Of("correct-horse-battery");

        Assert.Equal(AccessToken.Of("correct-horse-battery").CookieValue, token.CookieValue);
        Assert.NotEqual(AccessToken.Of("correct-horse-batteries").CookieValue, token.CookieValue);
        Assert.True(token.MatchesCookie(token.CookieValue));
        Assert.False(token.MatchesCookie(token.Value));
        Assert.False(token.MatchesCookie(null));
    }

    [Fact]
    public void A_token_that_gets_into_a_text_does_not_show()
    {
        var token = AccessToken.Of("correct-horse-battery");

        Assert.DoesNotContain(token.Value, token.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fifteen-letters", false)]
    [InlineData("sixteen-letters.", true)]
    [InlineData("AZaz09-._~AZaz09", true)]
    [InlineData("a blank in between", false)]
    [InlineData("base64+needs/escapes=", false)]
    [InlineData("line\r\nSet-Cookie: x=y", false)]
    [InlineData("kein-schönes-token-hier", false)]
    public void Tokens_are_long_enough_and_need_no_escape(string value, bool accepted)
    {
        var fault = AccessToken.FindFault(value);

        Assert.Equal(accepted, fault is null);
        if (fault is not null)
        {
            Assert.DoesNotContain(value, fault, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => AccessToken.Of(value));
        }
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void Tokens_end_somewhere(int length, bool accepted) => Assert.Equal(accepted, AccessToken.FindFault(new string('a', length)) is null);
}
