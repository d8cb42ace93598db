using System.Globalization;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Ollama.Library;

/// <summary>
/// The parameters of a model to be made, as a person writes them: one a line, name and value, as in a Modelfile (<c>temperature 0.7</c>;
/// the word <c>PARAMETER</c> before it may stay). <c>stop</c> may stand several times. Names and types are those of Ollama's documentation of
/// the Modelfile; it would take a wrong type and fail at the first message.
/// </summary>
public static class ModelParameters
{
    private static readonly Func<string, object?> s_whole = static text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static readonly Func<string, object?> s_number = static text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static readonly Func<string, object?> s_flag = static text => bool.TryParse(text, out var flag) ? flag : null;

    private static readonly Dictionary<string, Func<string, object?>> s_known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["num_ctx"] = s_whole, ["num_keep"] = s_whole, ["num_predict"] = s_whole, ["seed"] = s_whole, ["top_k"] = s_whole, ["repeat_last_n"] = s_whole, ["num_gpu"] = s_whole,
        ["num_batch"] = s_whole, ["num_thread"] = s_whole, ["main_gpu"] = s_whole, ["temperature"] = s_number, ["top_p"] = s_number, ["min_p"] = s_number, ["typical_p"] = s_number,
        ["repeat_penalty"] = s_number, ["presence_penalty"] = s_number, ["frequency_penalty"] = s_number, ["use_mmap"] = s_flag, ["stop"] = static text => Unquoted(text) is { Length: > 0 } word ? word : null,
    };

    /// <summary>Reads them.</summary>
    /// <param name="text">The lines; empty ones do not count.</param>
    /// <param name="parameters">Whole numbers, numbers, booleans and, for <c>stop</c>, an array of texts, by Ollama's names.</param>
    /// <param name="fault">What is wrong with the first line that is; null where nothing is.</param>
    /// <returns>Whether nothing is wrong.</returns>
    public static bool TryParse(string? text, out IReadOnlyDictionary<string, object> parameters, out string? fault)
    {
        var read = new Dictionary<string, object>(StringComparer.Ordinal);
        (parameters, fault) = (read, null);
        foreach (var line in (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split((char[]?)null, 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (words is ["PARAMETER" or "parameter", var rest])
            {
                words = rest.Split((char[]?)null, 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            }

            var name = words[0].ToLowerInvariant();
            if (!s_known.TryGetValue(name, out var parse))
            {
                fault = $"“{TextCut.Shorten(words[0], 40)}” is no parameter of Ollama's. Known are {string.Join(", ", s_known.Keys.Order(StringComparer.Ordinal))}.";
                return false;
            }

            if (words.Length < 2 || parse(words[1]) is not { } value)
            {
                fault = $"{name} needs {(parse == s_whole ? "a whole number" : parse == s_number ? "a number" : parse == s_flag ? "true or false" : "a text")}.";
                return false;
            }

            read[name] = value is string stop ? (string[])[.. read.GetValueOrDefault(name) as string[] ?? [], stop] : value;
        }

        return true;
    }

    private static string Unquoted(string text) => text.Length > 1 && text[0] == '"' && text[^1] == '"' ? text[1..^1] : text;
}
