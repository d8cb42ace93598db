using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OllamaSharp.Models.Chat;

namespace OllamaStudio.Core.Ollama.Mapping;

/// <summary>
/// Reads additional properties, whose values come from code, from settings (text) or from JSON. A value that is not what the
/// field takes is refused here, in words, rather than by Ollama with a 500.
/// </summary>
internal readonly struct PropertyReader(AdditionalPropertiesDictionary? properties)
{
    public int? Int(string key) => Read<int>(key, "a whole number", static text =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : null);

    public float? Float(string key) => Read<float>(key, "a number", static text =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value) ? value : null);

    public bool? Bool(string key) => Read<bool>(key, "true or false", static text => bool.TryParse(text, out bool value) ? value : null);

    public ThinkValue? Think(string key) => Read<ThinkValue>(key, "true, false, low, medium, high or max", static text =>
        text.ToLowerInvariant() is "true" or "false" or "low" or "medium" or "high" or "max" ? new ThinkValue(text.ToLowerInvariant()) : (ThinkValue?)null);

    public OllamaKeepAlive? KeepAlive(string key) =>
        Find(key) is TimeSpan time ? OllamaKeepAlive.For(time) : Read(key, "seconds or a duration such as 5m", OllamaKeepAlive.Parse);

    private T? Read<T>(string key, string expected, Func<string, T?> parse)
        where T : struct
    {
        string? text;
        switch (Find(key))
        {
            case T typed:
                return typed;
            case null or JsonElement { ValueKind: JsonValueKind.Null }:
                return null;
            case IFormattable formattable:
                text = formattable.ToString(null, CultureInfo.InvariantCulture);
                break;
            case { } value:
                text = value.ToString();
                break;
        }

        return parse((text ?? "").Trim()) ?? throw new OllamaException(
            OllamaErrorKind.Refused, $"“{text}” is not a value of {key}.", $"Set {key} to {expected}.");
    }

    private object? Find(string key) => properties is not null && properties.TryGetValue(key, out object? value) ? value : null;
}
