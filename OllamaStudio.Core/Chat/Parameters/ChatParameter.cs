using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OllamaStudio.Core.Chat.Parameters;

/// <summary>
/// One parameter of model calls: what it is called, what it does, and what it may be. Names, types and defaults are those of Ollama's
/// <c>docs/modelfile.md</c> and <c>docs/api.md</c>; where these name no bound, the one here keeps out what is surely a slip.
/// </summary>
public sealed partial class ChatParameter
{
    private const int MostCharacters = 100_000;
    private const int MostStops = 32;

    private ChatParameter(string name, string label, string effect, ParameterInput input = ParameterInput.Line) =>
        (Name, Label, Effect, Input) = (name, label, effect, input);

    /// <summary>The system prompt, under <c>system</c>; sent as the first message.</summary>
    public static ChatParameter System { get; } = new(
        "system", "System prompt", "Told to the model before everything else. {{date}} and {{model}} are filled in when it is sent.", ParameterInput.Text);

    /// <summary>Tokens. From 4, below which Ollama takes 4, to 10 Mi, the longest that any model of its library was made for.</summary>
    public static ChatParameter NumCtx { get; } = Whole(
        "num_ctx", "Context window", "How many tokens of prompt and reply the model sees at once. More takes more memory.", 4, 10_485_760, "8192");

    /// <summary>Tokens; −1 for no bound, −2 to fill the context. 0 is none of these.</summary>
    public static ChatParameter NumPredict { get; } = Whole(
        "num_predict", "Longest reply", "The reply ends after so many tokens, finished or not; -1 is no limit.", -2, 10_485_760, "512", static number => number == 0 ? "0 would be no reply at all." : null);

    /// <summary>A duration of Go, seconds, −1 for ever, or 0 for not at all.</summary>
    public static ChatParameter KeepAlive { get; } = new(
        "keep_alive", "Keep loaded", "How long the model stays in memory afterwards: 10m, 1h30m, -1 for as long as Ollama runs, 0 for not at all.") { Example = "5m" };

    /// <summary>0 to 5. No bound is written down; llama.cpp takes 0 and below for the likeliest token always, and beyond 5 all tokens are about as likely.</summary>
    public static ChatParameter Temperature { get; } = Real(
        "temperature", "Temperature", "Higher is more varied, lower more predictable; 0 takes the likeliest token every time.", 0, 5, "0.7");

    /// <summary>A probability, 0 to 1.</summary>
    public static ChatParameter TopP { get; } = Real(
        "top_p", "Top P", "Only the likeliest tokens that together reach this probability are considered; 1 considers all.", 0, 1, "0.9");

    /// <summary>A count of tokens. 0 is all; no vocabulary of a known model has a million.</summary>
    public static ChatParameter TopK { get; } = Whole("top_k", "Top K", "Only so many of the likeliest tokens are considered; 0 considers all.", 0, 1_000_000, "40");

    /// <summary>A share, 0 to 1.</summary>
    public static ChatParameter MinP { get; } = Real(
        "min_p", "Min P", "Tokens less likely than this share of the likeliest one are left out; 0 leaves out none.", 0, 1, "0.05");

    /// <summary>0.1 to 5. llama.cpp divides by it, so 0 makes no sense; 1 is off.</summary>
    public static ChatParameter RepeatPenalty { get; } = Real(
        "repeat_penalty", "Repeat penalty", "Above 1, what was said before becomes less likely; 1 is off.", 0.1m, 5, "1.1");

    /// <summary>−1 is a new one each time. Up to 2^53 − 1: Ollama reads it as a JSON number, exact no further (RFC 8259, 6).</summary>
    public static ChatParameter Seed { get; } = Whole(
        "seed", "Seed", "The same seed with the same prompt and parameters gives the same reply, as far as the machine allows.", -1, 9_007_199_254_740_991, "42");

    /// <summary>At most 32 texts.</summary>
    public static ChatParameter Stop { get; } = new(
        "stop", "Stop at", "The reply ends where one of these would follow; one a line, with \\n for a line break.", ParameterInput.Lines);

    /// <summary>true, false, or a level.</summary>
    public static ChatParameter Think { get; } = new(
        "think", "Thinking", "Whether the model thinks before it answers, and how much; a model without thinking refuses all but Off.", ParameterInput.Choice)
    {
        Options = [("false", "Off"), ("true", "On"), ("low", "Low"), ("medium", "Medium"), ("high", "High"), ("max", "Max")],
    };

    /// <summary>The word <c>json</c>, or a JSON schema.</summary>
    public static ChatParameter Format { get; } = new(
        "format", "Format", "The word json for a reply in JSON, or a JSON schema that the reply is held to.", ParameterInput.Code) { Example = "json" };

    /// <summary>true or false.</summary>
    public static ChatParameter Logprobs { get; } = new(
        "logprobs", "Token probabilities", "Whether each token of a reply is shaded by how likely it was, with what else was likely. Ollama sends them from 0.12.11 on.", ParameterInput.Choice)
    {
        Options = [("true", "On"), ("false", "Off")],
    };

    /// <summary>All of them, in the order in which a person meets them.</summary>
    public static ImmutableArray<ChatParameter> All { get; } =
        [System, NumCtx, Temperature, Seed, NumPredict, Think, TopP, TopK, MinP, RepeatPenalty, Stop, Format, Logprobs, KeepAlive];

    /// <summary>Ollama's name of it.</summary>
    public string Name { get; }

    /// <summary>What a person calls it.</summary>
    public string Label { get; }

    /// <summary>What it does, in a sentence.</summary>
    public string Effect { get; }

    /// <summary>How it is typed.</summary>
    public ParameterInput Input { get; }

    /// <summary>What there is to choose from: values, and what they are called; empty where it is typed.</summary>
    public ImmutableArray<(string Value, string Label)> Options { get; private init; } = [];

    /// <summary>A value that makes sense, for a message; null where none is needed.</summary>
    public string? Example { get; private init; }

    /// <summary>Whether it is a number, that a phone has a keyboard for.</summary>
    public bool IsNumber => Range is not null;

    private (decimal Least, decimal Most, bool IsWhole)? Range { get; init; }

    private Func<decimal, string?>? Refuse { get; init; }

    /// <summary>Reads what a person typed; blank is not set.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="value">As it is kept; null for not set.</param>
    /// <param name="fault">What is wrong with it, and what would be right; null for nothing.</param>
    public bool TryRead(string text, out JsonNode? value, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        value = null;
        fault = string.IsNullOrWhiteSpace(text) ? null
            : text.Length > MostCharacters ? string.Create(CultureInfo.InvariantCulture, $"It may have at most {MostCharacters:N0} characters.")
            : Range is { } range ? Number(text.Trim(), range, out value)
            : Input switch
            {
                ParameterInput.Choice => Choice(text, out value),
                ParameterInput.Lines => Lines(text, out value),
                ParameterInput.Code => Json(text.Trim(), out value),
                ParameterInput.Line => Duration(text.Trim(), out value),
                _ => Whatever(text, out value),
            };
        return fault is null;
    }

    /// <summary>A kept value as a person would type it; null where it is of another kind.</summary>
    internal string? Show(JsonNode? value) => (Input, value) switch
    {
        (ParameterInput.Lines, JsonArray lines) => lines.All(static line => line?.GetValueKind() is JsonValueKind.String) ? string.Join('\n', lines.Select(static line => Escape(line!.GetValue<string>()))) : null,
        (ParameterInput.Code, JsonObject schema) => schema.ToJsonString(s_readable),
        (ParameterInput.Lines, _) or (_, JsonArray or JsonObject) => null,
        (_, JsonValue single) => single.ToString(),
        _ => null,
    };

    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true, NewLine = "\n" };

    private static ChatParameter Whole(string name, string label, string effect, long least, long most, string example, Func<decimal, string?>? refuse = null) =>
        new(name, label, effect) { Range = (least, most, true), Example = example, Refuse = refuse };

    private static ChatParameter Real(string name, string label, string effect, decimal least, decimal most, string example) =>
        new(name, label, effect) { Range = (least, most, false), Example = example };

    private string? Number(string text, (decimal Least, decimal Most, bool IsWhole) range, out JsonNode? value)
    {
        value = null;
        if (!range.IsWhole && !text.Contains('.', StringComparison.Ordinal) && text.IndexOf(',', StringComparison.Ordinal) == text.LastIndexOf(','))
        {
            text = text.Replace(',', '.'); // a decimal comma; there is nothing here that has thousands
        }

        if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            || (range.IsWhole && number != decimal.Truncate(number)) || number < range.Least || number > range.Most)
        {
            return string.Create(CultureInfo.InvariantCulture, $"It must be a {(range.IsWhole ? "whole " : "")}number from {range.Least:#,0.##} to {range.Most:#,0.##}, such as {Example}.");
        }

        // One way to write each: 0.70 and 7e-1 are 0.7.
        number /= 1.000000000000000000000000000000000m;
        value = range.IsWhole ? JsonValue.Create((long)number) : JsonValue.Create(number);
        return Refuse?.Invoke(number);
    }

    private string? Choice(string text, out JsonNode? value)
    {
        value = text is "true" or "false" ? JsonValue.Create(text is "true") : JsonValue.Create(text);
        return Options.Any(option => option.Value == text) ? null : $"It must be one of {string.Join(", ", Options.Select(static option => option.Value))}.";
    }

    private static string? Lines(string text, out JsonNode? value)
    {
        string[] lines = [.. text.ReplaceLineEndings("\n").Split('\n').Where(static line => line.Length > 0).Select(Unescape)];
        value = new JsonArray([.. lines.Select(static line => JsonValue.Create(line))]);
        return lines.Length <= MostStops ? null : string.Create(CultureInfo.InvariantCulture, $"There may be at most {MostStops}.");
    }

    private static string? Json(string text, out JsonNode? value)
    {
        value = null;
        try
        {
            value = text == "json" ? JsonValue.Create(text) : JsonNode.Parse(text) as JsonObject;
            return value is null ? "It must be the word json, or a JSON schema, which is an object: { \"type\": \"object\", … }." : null;
        }
        catch (JsonException error)
        {
            return string.Create(CultureInfo.InvariantCulture, $"It must be the word json, or a JSON schema. As JSON it breaks in line {error.LineNumber + 1}, at character {error.BytePositionInLine + 1}.");
        }
    }

    private static string? Duration(string text, out JsonNode? value)
    {
        value = JsonValue.Create(text);
        return GoDuration().IsMatch(text) ? null : "It must be a time such as 10m or 1h30m, a number of seconds, -1 for as long as Ollama runs, or 0 for not at all.";
    }

    private static string? Whatever(string text, out JsonNode? value)
    {
        value = JsonValue.Create(text);
        return null;
    }

    private static string Escape(string line) => line.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal);

    private static string Unescape(string line) => Escapes().Replace(line, static escape => escape.Value switch { "\\n" => "\n", "\\t" => "\t", _ => "\\" });

    [GeneratedRegex(@"^(-?\d+(\.\d+)?|-?(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GoDuration();

    [GeneratedRegex(@"\\[nt\\]", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Escapes();
}

/// <summary>How a parameter is typed.</summary>
public enum ParameterInput
{
    /// <summary>In one line.</summary>
    Line,

    /// <summary>As prose.</summary>
    Text,

    /// <summary>One value a line.</summary>
    Lines,

    /// <summary>As JSON.</summary>
    Code,

    /// <summary>Chosen from a few.</summary>
    Choice,
}
