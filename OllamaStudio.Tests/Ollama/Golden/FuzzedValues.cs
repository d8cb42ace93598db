namespace OllamaStudio.Tests.Ollama.Golden;

/// <summary>JSON values of the chat's fields: mostly as Ollama sends them, and the odd ones that have been seen or feared.</summary>
internal sealed class FuzzedValues(int seed)
{
    private static readonly string[] Words = ["a", "b ", "Hi", " c", "ü", "4", ".", "\\n", "\\\""];

    private static readonly string[] OddWords =
    [
        "🦙", "\\u00e4", "\\ud83e\\udd99", "\\ud83e", "\\udd99", "\\ud83ex", "\\u0000", "\\/", "<b>", "\\t", "{", "]", "\\\\", "\\\\ud83e", "\u2028",
        RawText.Of(0xFF), RawText.Of(0xF0, 0x9F), RawText.Of(0xED, 0xA0, 0xBE), RawText.Of(0xC0, 0xAF), RawText.Of(0xE2, 0x82),
    ];

    /// <summary>No JSON at all.</summary>
    private static readonly string[] BadWords = ["\\x", "\u0001", "\n", "\\u12"];

    private static readonly string[] OddNumbers =
    [
        "0", "0", "2147483647", "2147483648", "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808",
        "1e3", "12.0", "12.5", "1e30", "-1", "-0", "null", "\"12\"", "true", "[1]", "{}",
    ];

    private static readonly string[] Errors =
    [
        "\"out of memory\"", "\"an error was encountered while running the model: unexpected EOF\"", "\"model 'm' not found\"", "\"m does not support tools\"",
        "\"half \\ud83e\"", $"\"{RawText.Of(0xFF)}\"", "\"  \"", "\"\"", "null", "false", "true", "5", "[]", "{}", "{\"message\":\"from a proxy\"}", "{\"message\":7}",
        """
        "{\"error\":{\"code\":400,\"message\":\"request (7810 tokens) exceeds the available context size (4096 tokens), try increasing it\",\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":7810,\"n_ctx\":4096}}"
        """,
        "\"{\\\"error\\\":\\\"inner words\\\"}\"", "\"{\\\"message\\\":\\\"inner message\\\"}\"", "\"{ no json\"", "\"{\\\"error\\\":null}\"", "\"{}\"",
        $"\"{new string('e', 2500)}\"",
    ];

    private static readonly string[] Arguments =
    [
        "{}", "{\"a\":1}", "{\"a\":1,\"b\":-2.50}", "{\"a\":{\"b\":[1,2.5e3,null,true]}}", "{\"a\":null}", "{\"a\":1,\"a\":2}", "{ \"a\" : 1 }", "{\"ü\":\"\\ud83e\"}",
        "{\"n\":1e400,\"big\":12345678901234567890}", "{\"\":\"\"}", "\"{\\\"a\\\":1}\"", "\"{\\\"a\\\":\\\"\\\\ud83e\\\"}\"", "\"\"", "\" \"", "\"null\"", "\"[1]\"", "\"x\"",
        "\"{ no json\"", "null", "[]", "7", "true",
    ];

    private readonly SeededRandom _random = new(seed * 31L + 7);

    public string Text()
    {
        string text = "";
        for (int words = _random.Next(2); words >= 0; words--)
        {
            text += _random.OneIn(600) ? _random.Pick(BadWords) : _random.OneIn(5) ? _random.Pick(OddWords) : _random.Pick(Words);
        }

        return $"\"{text}\"";
    }

    public string Model() => _random.OneIn(25) ? _random.Pick(["\"other:7b\"", "\"\"", "null", "5", "\"ü\\u00fc\""]) : "\"m\"";

    public string Time() => _random.OneIn(40)
        ? _random.Pick(
        [
            "\"2025-06-01T12:00:00.5+02:00\"", "\"2318-03-11T14:05:06Z\"", "\"0001-01-01T00:00:00Z\"", "\"2025-06-01T10:00:00.1234567891Z\"", "\"2025-06-01\"",
            "\"soon\"", "\"\"", "null", "1748772000",
        ])
        : "\"2025-06-01T10:00:00.123456789Z\"";

    public string Count() => _random.OneIn(4) ? _random.Pick(OddNumbers) : _random.Pick(["26", "7"]);

    public string Duration() => _random.OneIn(6) ? _random.Pick([.. OddNumbers, "\"5s\"", "99", "123456789"]) : _random.Pick(["5000000000", "1000000", "20000000"]);

    public string Odd() => _random.Pick(["null", "5", "\"x\"", "\"\"", "{}", "[]", "true", "false", "\"true\"", "-1.5", "{\"role\":\"user\",\"content\":\"q\"}", "[{\"a\":[]}]"]);

    public string Error() => _random.Pick(Errors).Trim();

    public string Logprobs() => _random.Pick(
        ["[{\"token\":\"x\",\"logprob\":-0.1,\"top_logprobs\":[]}]", "[]", "null", "5", "[null,{\"token\":5}]", "[{\"token\":\"x\",\"logprob\":-0.5,\"bytes\":[120],\"top_logprobs\":[{\"token\":\"y\",\"logprob\":-1e9}]}]"]);

    /// <summary>A field of a later version, up to deeper than any reader goes.</summary>
    public string Nested()
    {
        int depth = _random.OneIn(3) ? 58 + _random.Next(10) : _random.Next(4);
        return $"{new string('[', depth)}{{\"done\":true,\"error\":\"not here\"}}{new string(']', depth)}";
    }

    public string NoObject() => _random.Pick(
        ["[]", "5", "\"text\"", "null", "data: {}", "<html><title>Sign in</title></html>", "<!doctype html>", "[DONE]", "{", "}", "{}", "{\"a\":1,}", "{'a':1}", "{\"a\":NaN}", "// comment", "{} {}"]);

    public string Calls()
    {
        if (_random.OneIn(15))
        {
            return _random.Pick(["null", "{}", "\"x\"", "[null,5]", "[[]]", "[{}]", "[]", "7"]);
        }

        return $"[{string.Join(',', Enumerable.Range(0, 1 + _random.Next(2) * _random.Next(3)).Select(Call).ToArray())}]";
    }

    private string Call(int number)
    {
        string id = _random.OneIn(2) ? $"\"id\":\"c{_random.Next(3)}\"," : _random.OneIn(8) ? $"\"id\":{_random.Pick(["null", "\"\"", "7"])}," : "";
        string index = _random.OneIn(2) ? $"\"index\":{(_random.OneIn(8) ? _random.Pick(OddNumbers) : number)}," : "";
        string name = _random.OneIn(12) ? _random.Pick(["", "\"name\":null,", "\"name\":\"\",", "\"name\":\"Größe\\ud83e\",", "\"name\":7,"]) : _random.Pick(["\"name\":\"add\",", "\"name\":\"now\","]);
        string arguments = _random.OneIn(20) ? "\"other\":1" : $"\"arguments\":{_random.Pick(Arguments)}";
        string function = _random.OneIn(40) ? _random.Pick(["null", "[]", "\"add\""]) : $"{{{index}{name}{arguments}}}";
        return _random.OneIn(60) ? _random.Pick(["null", "\"add\"", "{\"type\":\"function\"}"]) : $"{{{id}\"type\":\"function\",\"function\":{function}}}";
    }
}
