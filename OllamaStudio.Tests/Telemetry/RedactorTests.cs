using OllamaStudio.Core.Telemetry.Capture;

namespace OllamaStudio.Tests.Telemetry;

public sealed class RedactorTests
{
    [Theory]
    [InlineData("write to jane.doe+lists@mail.example.co.uk today", "write to [redacted:email] today")]
    [InlineData("mail <müller@bücher.example>.", "mail <[redacted:email]>.")]
    [InlineData("card 4111111111111111.", "card [redacted:card].")]
    [InlineData("card 4111 1111 1111 1111!", "card [redacted:card]!")]
    [InlineData("amex 3782-822463-10005", "amex [redacted:card]")]
    [InlineData("no. 12 4111 1111 1111 1111 99", "no. 12 [redacted:card] 99")]
    [InlineData("4111 1111 1111 1111 5500-0000-0000-0004", "[redacted:card] [redacted:card]")]
    [InlineData("Authorization: Bearer abcdef0123456789", "Authorization: Bearer [redacted:token]")]
    [InlineData("authorization=Basic dXNlcjpwYXNz", "authorization=Basic [redacted:token]")]
    [InlineData("the bearer eyJhbGciOi.eyJzdWIiOiIx.SflKxwRJSM", "the bearer [redacted:token]")]
    [InlineData("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.SflKxwRJSM", "jwt [redacted:token]")]
    [InlineData("use sk-proj-abcdefghijklmnop1234", "use [redacted:api-key]")]
    [InlineData("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[redacted:api-key]")]
    [InlineData("AKIAIOSFODNN7EXAMPLE", "[redacted:api-key]")]
    [InlineData("api_key=0123456789abcdef", "api_key=[redacted:api-key]")]
    [InlineData("\"x-api-key\": \"0123456789abcdef\"", "\"x-api-key\": \"[redacted:api-key]\"")]
    [InlineData("http://user:secret@host/path", "http://[redacted:credentials]@host/path")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- after", "[redacted:private-key] after")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blb cut off", "[redacted:private-key]")]
    public void Secrets_are_hidden(string text, string expected) => Assert.Equal(expected, Redactor.BuiltIn.Redact(text));

    [Theory]
    [InlineData("The answer is 42, and pi is 3.14159265358979.")]
    [InlineData("card 4111111111111112 fails the check")]
    [InlineData("it took 1767225600000000000 ns")]
    [InlineData("0.4111111111111111 is a fraction")]
    [InlineData("call 555-0100 or see §4 @ noon")]
    [InlineData("-----BEGIN PUBLIC KEY-----")]
    [InlineData("a@b is no address")]
    [InlineData("")]
    public void What_is_no_secret_stays(string text) => Assert.Equal(text, Redactor.BuiltIn.Redact(text));

    [Fact]
    public void Own_patterns_hide_what_they_match()
    {
        var redactor = new Redactor(["PROJECT-[0-9]+", " "]);

        Assert.Equal("about [redacted:pattern] only", redactor.Redact("about PROJECT-42 only"));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("(open", "is not a regular expression")]
    [InlineData("a*", "matches empty text")]
    [InlineData("(?=ahead)x", "lookaround")]
    [InlineData(@"(a)\1", "backreference")]
    public void A_pattern_that_cannot_be_used_is_refused_with_the_reason(string pattern, string reason)
    {
        Assert.False(Redactor.TryValidate(pattern, out var error));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_is_too_long_is_refused()
    {
        Assert.False(Redactor.TryValidate(new string('a', Redactor.MaxPatternLength + 1), out _));
        Assert.True(Redactor.TryValidate(new string('a', Redactor.MaxPatternLength), out var error));
        Assert.Null(error);
    }

    [Fact]
    public void An_invalid_pattern_is_not_passed_over() => Assert.Throws<ArgumentException>(() => new Redactor(["fine", "(open"]));

    [Fact]
    public void A_text_full_of_cards_and_digits_does_not_exhaust_the_stack()
    {
        var text = string.Join(' ', Enumerable.Repeat("4111 1111 1111 1111", 20_000)) + ", " + new string('7', 100_000);

        Assert.DoesNotContain("4111", Redactor.BuiltIn.Redact(text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model 'm' not found", "m", "model 'm' not found")]
    [InlineData("model 'm' not found", null, "model '[not captured]' not found")]
    [InlineData("can't parse \"the whole 'prompt' text\" now", null, "can't parse \"[not captured]\" now")]
    [InlineData("bad input: `unclosed text", null, "bad input: `[not captured]")]
    [InlineData("error parsing tool call: raw=hello, err=eof", null, "error parsing tool call: [not captured]")]
    [InlineData("unexpected {\"a\": 1}", null, "unexpected [not captured]")]
    [InlineData("server busy, please try again", null, "server busy, please try again")]
    public void Without_capture_an_error_is_told_without_what_it_quotes(string message, string? known, string expected) =>
        Assert.Equal(expected, Quotations.Remove(message, known));
}
