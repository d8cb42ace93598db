using System.Text;

namespace OllamaStudio.Tests.Ollama.Golden;

/// <summary>
/// Makes <see cref="FuzzedStream"/>s: lines of <c>/api/chat</c> with what servers, models and proxies get wrong, and on some of
/// them damage to the bytes themselves. The order of the draws is part of every seed's meaning: a change here changes all
/// streams, and the golden file has to be written anew with the client that it was written with.
/// </summary>
internal sealed class StreamGenerator
{
    private const int ReadsWhole = 1 << 20;
    private const int SmallCap = 4096;

    private readonly SeededRandom _random;
    private readonly FuzzedValues _values;

    private StreamGenerator(int seed) => (_random, _values) = (new SeededRandom(seed), new FuzzedValues(seed));

    public static FuzzedStream Make(int seed)
    {
        var generator = new StreamGenerator(seed);
        SeededRandom random = generator._random;
        bool hasSmallCap = random.OneIn(25);
        List<byte> body = RawText.Bytes(generator.Answer(hasSmallCap ? SmallCap : random.OneIn(60) ? 20_000 : 0));
        if (random.OneIn(6))
        {
            for (int damages = 1 + random.Next(2); damages > 0; damages--)
            {
                generator.Damage(body);
            }
        }

        return new FuzzedStream
        {
            Seed = seed,
            Body = [.. body],
            LargestPiece = random.Pick([ReadsWhole, 1, 1 + random.Next(40), 1 + random.Next(400)]),
            Breaks = random.OneIn(10),
            Streamed = !random.OneIn(10),
            OffersTools = random.OneIn(2),
            MaxLineBytes = hasSmallCap ? SmallCap : 1 << 20,
        };
    }

    /// <summary>Lines with their ends; <paramref name="longText"/> is about how long one of them gets, 0 for none.</summary>
    private string Answer(int longText)
    {
        var lines = new List<string>();
        for (int count = _random.Next(4); count > 0; count--)
        {
            AddLine(lines);
        }

        if (longText > 0)
        {
            lines.Add(Line([Message(Field("content", $"\"{new string('x', longText - 400 + _random.Next(800))}\""))]));
        }

        if (!_random.OneIn(5))
        {
            lines.Add(DoneLine());
            if (_random.OneIn(8))
            {
                AddLine(lines);
            }
        }

        return Join(lines);
    }

    private string Join(List<string> lines)
    {
        int style = _random.Next(6);
        string[] ends = style < 3 ? ["\n"] : style < 5 ? ["\r\n"] : ["\n", "\r\n", "\n\n", "\n \t\r\n", "\r\r\n", " \n", "\n\n\n\r\n"];
        var text = new StringBuilder(_random.OneIn(12) ? "\uFEFF" : "");
        for (int i = 0; i < lines.Count; i++)
        {
            bool joinsNext = _random.OneIn(80);
            text.Append(lines[i]).Append(joinsNext || (i == lines.Count - 1 && _random.OneIn(4)) ? "" : _random.Pick(ends));
            text.Append(_random.OneIn(150) ? "\uFEFF" : "");
        }

        return text.ToString();
    }

    private void AddLine(List<string> lines)
    {
        switch (_random.Next(24))
        {
            case < 8:
                lines.Add(Line([Message(Field("content", _values.Text()))]));
                break;
            case < 11:
                lines.Add(Line([Message(Field("content", "\"\""), Field("thinking", _values.Text()))]));
                break;
            case < 12:
                lines.Add(Line([Message(Field("thinking", _values.Text()), Field("content", _values.Text()))]));
                break;
            case < 15:
                lines.Add(Line([Message(Field("content", _random.OneIn(4) ? _values.Text() : "\"\""), Field("tool_calls", _values.Calls()))]));
                break;
            case < 16:
                lines.Add(Line([Field("message", """{"role":"","content":""}"""), Field(_random.Pick(["load_progress", "prompt_eval_progress"]), _values.Count())]));
                break;
            case < 17:
                lines.Add(Line([Message(Field("content", _values.Text())), Field("remote_model", "\"big:cloud\""), Field("remote_host", "\"https://ollama.com:443\"")]));
                break;
            case < 18:
                lines.Add(Line([Message(Field("content", _values.Text())), Field("logprobs", _values.Logprobs())]));
                break;
            case < 20:
                lines.Add(Line([Message(Field("content", _values.Odd()), Field("role", _values.Odd()), Field("thinking", _values.Odd())), Field(_random.Pick(["done", "message", "done_reason", "model", "created_at"]), _values.Odd())]));
                break;
            case < 21:
                lines.Add(_random.OneIn(3) ? Line([Message(Field("content", _values.Text())), Field("error", _values.Error())]) : $"{{{Field("error", _values.Error())}}}");
                break;
            case < 22:
                AddWrittenCall(lines);
                break;
            case < 23:
                lines.Add(Line([Message(Field("content", _values.Text())), Field("x", _values.Nested())]));
                break;
            default:
                lines.Add(_random.OneIn(3) ? _values.NoObject() : Line([Message(Field("content", _values.Text()))]));
                break;
        }
    }

    /// <summary>A call written as text, in one chunk or in two.</summary>
    private void AddWrittenCall(List<string> lines)
    {
        string call = _random.Pick(
        [
            """{\"name\":\"add\",\"arguments\":{\"a\":5}}""", """[{\"name\":\"add\",\"parameters\":{\"a\":5}},{\"name\":\"now\",\"arguments\":{}}]""",
            """```json\n{\"name\":\"now\",\"arguments\":{}}\n```""", """<tool_call>{\"name\":\"add\",\"arguments\":\"{}\"}</tool_call>""",
            """{\"name\":\"unknown\",\"arguments\":{}}""", """{\"name\":\"add\"} and more""", """{\"function\":{\"name\":\"add\",\"arguments\":{\"a\":1}}}""",
        ]);
        int cut = _random.OneIn(2) ? call.Length : 2 * _random.Next(call.Length / 2);

        // Never between a backslash and what it escapes.
        cut = cut > 0 && call[cut - 1] == '\\' ? cut - 1 : cut;
        foreach (string part in new[] { call[..cut], call[cut..] })
        {
            lines.Add(Line([Message(Field("content", $"\"{part}\""))]));
        }
    }

    private string DoneLine()
    {
        if (_random.Next(5) < 3)
        {
            return Lines.Done;
        }

        List<string> fields = [Message([Field("content", _random.OneIn(4) ? _values.Text() : "\"\""), .. _random.OneIn(6) ? [Field("tool_calls", _values.Calls())] : Array.Empty<string>()])];
        fields.Add(Field("done", _random.OneIn(40) ? _values.Odd() : "true"));
        fields.Add(Field("done_reason", _random.OneIn(3) ? _random.Pick(["\"length\"", "\"load\"", "\"unload\"", "\"\"", "null", "\"later\"", "7"]) : "\"stop\""));
        foreach (string name in new[] { "total_duration", "load_duration", "prompt_eval_duration", "eval_duration" })
        {
            AddOften(fields, name, _values.Duration());
        }

        foreach (string name in new[] { "prompt_eval_count", "eval_count" })
        {
            AddOften(fields, name, _values.Count());
        }

        if (_random.OneIn(4))
        {
            fields.Add(Field("prompt_eval_cached_count", _values.Count()));
        }

        return Line([.. fields], isDone: true);
    }

    private void AddOften(List<string> fields, string name, string value)
    {
        if (!_random.OneIn(4))
        {
            fields.Add(Field(name, value));
        }
    }

    /// <summary>An object of <paramref name="fields"/> and of those that every line has, now and then in another order, doubled or spaced.</summary>
    private string Line(string[] fields, bool isDone = false)
    {
        List<string> all = [.. _random.OneIn(30) ? [] : new[] { Field("model", _values.Model()) }, .. _random.OneIn(60) ? [] : new[] { Field("created_at", _values.Time()) }, .. fields];
        if (!isDone && !_random.OneIn(20))
        {
            all.Add(Field("done", "false"));
        }

        if (_random.OneIn(10))
        {
            // An order of its own: each takes a place among those behind it.
            for (int i = 0; i < all.Count; i++)
            {
                int other = i + _random.Next(all.Count - i);
                (all[i], all[other]) = (all[other], all[i]);
            }
        }

        if (_random.OneIn(15))
        {
            all.Insert(_random.Next(all.Count + 1), _random.Pick([_random.Pick([.. all]), Message(Field("content", _values.Text())), Field("done", "false"), Field("model", "\"m\"")]));
        }

        return _random.OneIn(15) ? $" {{ {string.Join(" , ", all)}\t}} " : $"{{{string.Join(',', all)}}}";
    }

    private string Message(params string[] fields) =>
        Field("message", $"{{{string.Join(',', _random.OneIn(20) ? fields : ["\"role\":\"assistant\"", .. fields, .. _random.OneIn(40) ? [fields[0]] : Array.Empty<string>()])}}}");

    private string Field(string name, string value) => $"\"{(_random.OneIn(100) ? $"\\u{(int)name[0]:x4}{name[1..]}" : name)}\":{value}";

    /// <summary>Breaks the bytes, wherever they are.</summary>
    private void Damage(List<byte> body)
    {
        int at = _random.Next(body.Count + 1), length = Math.Min(1 + _random.Next(60), body.Count - at);
        switch (_random.Next(7))
        {
            case 0:
                body.RemoveRange(at, length);
                break;
            case 1:
                body.InsertRange(at, body.GetRange(at, length));
                break;
            case 2:
                body.RemoveRange(at, body.Count - at);
                break;
            case 3:
                body.InsertRange(at, Enumerable.Range(0, 1 + _random.Next(8)).Select(_ => (byte)_random.Next(256)).ToArray());
                break;
            case 4:
                body.InsertRange(at, RawText.Bytes(_random.Pick(
                    ["\n", "\\u", "\\ud83e", "\"", "{", "}", "]", "null", "\uFEFF", "1e999", "\0", "\n{\"error\":\"e\"}\n", "[[[[[[[[", ",", "/*c*/", "\r"])));
                break;
            case 5:
                body.InsertRange(at, new byte[_random.Next(50)]);
                break;
            default:
                if (length > 0)
                {
                    body[at] = (byte)_random.Next(256);
                }

                break;
        }
    }
}
