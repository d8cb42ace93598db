using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace OllamaStudio.Core.Settings;

/// <summary>The formats that settings come in; that of a list of records is <see cref="ListFormat{T}"/>.</summary>
public static class SettingFormats
{
    /// <summary>Text that must be there.</summary>
    public static SettingFormat<string> Text { get; } = new TextFormat(SettingKind.Text, isOptional: false)!;

    /// <summary>Text that must be there and that a machine reads.</summary>
    public static SettingFormat<string> Code { get; } = new TextFormat(SettingKind.Code, isOptional: false)!;

    /// <summary>Text that may be missing; blank means missing.</summary>
    public static SettingFormat<string?> OptionalText { get; } = new TextFormat(SettingKind.Text, isOptional: true);

    /// <summary>Text that may be missing and that a machine reads.</summary>
    public static SettingFormat<string?> OptionalCode { get; } = new TextFormat(SettingKind.Code, isOptional: true);

    /// <summary>Texts; in one text, one a line.</summary>
    public static SettingFormat<ImmutableArray<string>> Lines { get; } = new LinesFormat();

    /// <summary><c>true</c> or <c>false</c>.</summary>
    /// <param name="caption">What it does when it is on.</param>
    public static SettingFormat<bool> Flag(string caption) => new ScalarFormat<bool>(
        new(SettingKind.Flag) { Caption = caption }, "It must be true or false.", bool.TryParse);

    /// <summary>A whole number of a range, its ends included.</summary>
    public static SettingFormat<int> Whole(int least, int most) => NumberFormat(SettingKind.Whole, least, most, SettingRules.BetweenForm(least, most));

    /// <summary>A number with a decimal point, of a range, its ends included.</summary>
    /// <param name="least">The least.</param>
    /// <param name="most">The largest.</param>
    /// <param name="example">What one such number means, to end the sentence that asks for one.</param>
    public static SettingFormat<double> Number(double least, double most, string example) => NumberFormat(
        SettingKind.Number, least, most, FormattableString.Invariant($"It must be a number from {least} to {most}; {example}"));

    /// <summary>Names and values; in one line of text as OpenTelemetry writes them: <c>a=1,b=two%20words</c>.</summary>
    /// <param name="item">What one of them is called: "attribute", "header".</param>
    public static SettingFormat<ImmutableSortedDictionary<string, string>> Pairs(string item) => new PairsFormat(item);

    /// <summary>One of an enum's names, whatever their case, each with what a person reads and what it does.</summary>
    public static SettingFormat<T> Choice<T>(params (T Value, string Label, string Help)[] options) where T : struct, Enum =>
        ChoiceFormat([.. options.Select(option => (option.Value, new SettingOption(option.Value.ToString(), option.Label, option.Help)))]);

    /// <summary>One of a set of names of their own, whatever their case.</summary>
    public static SettingFormat<T> Named<T>(params (T Value, string Name)[] options) where T : struct, Enum =>
        ChoiceFormat([.. options.Select(option => (option.Value, new SettingOption(option.Name, option.Name, null)))]);

    /// <summary>A record, which the page does not edit; in one text, JSON.</summary>
    /// <param name="json">Its source-generated JSON.</param>
    internal static SettingFormat<T> Record<T>(JsonTypeInfo<T> json) where T : class, new() => new RecordFormat<T>(json);

    /// <summary>Names and values as JSON.</summary>
    internal static JsonObject WritePairs(IEnumerable<KeyValuePair<string, string>> pairs) =>
        new(pairs.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));

    private static ScalarFormat<T> NumberFormat<T>(SettingKind kind, T least, T most, string form) where T : INumber<T>
    {
        var styles = kind is SettingKind.Whole ? NumberStyles.Integer : NumberStyles.Float;
        return new(
            new(kind) { Least = double.CreateChecked(least), Most = double.CreateChecked(most) },
            form,
            (string? text, out T value) => T.TryParse(text, styles, CultureInfo.InvariantCulture, out value!) && T.IsFinite(value))
        {
            IsAllowed = value => value >= least && value <= most,
        };
    }

    private static ScalarFormat<T> ChoiceFormat<T>((T Value, SettingOption Option)[] options) where T : struct, Enum
    {
        return new(
            new(SettingKind.Choice) { Options = [.. options.Select(each => each.Option)] },
            $"It must be one of {string.Join(", ", options.Select(each => each.Option.Text))}.",
            TryFind)
        {
            IsAllowed = value => Array.Exists(options, each => each.Value.Equals(value)),
            ToJson = value => Array.Find(options, each => each.Value.Equals(value)).Option?.Text,
        };

        bool TryFind(string? text, out T value)
        {
            var found = Array.Find(options, each => string.Equals(each.Option.Text, text?.Trim(), StringComparison.OrdinalIgnoreCase));
            value = found.Value;
            return found.Option is not null;
        }
    }

    private delegate bool TryParse<T>(string? text, out T value);

    private sealed class TextFormat(SettingKind kind, bool isOptional) : SettingFormat<string?>(new(kind))
    {
        internal override bool TryRead(JsonNode? json, out string? value, out string error)
        {
            (value, error) = (Normalize(json.Text()), "It must be text.");
            return json is JsonValue || (json is null && isOptional);
        }

        // Null may come for a text that must be there as well, from a place that the compiler does not see.
        internal override string? Normalize(string? value) => value?.Trim() is { Length: > 0 } text ? text : isOptional ? null : "";
    }

    /// <summary>A value that one word says.</summary>
    /// <param name="shape">What an input for it looks like.</param>
    /// <param name="form">What would be right, in a sentence.</param>
    /// <param name="tryParse">Reads it.</param>
    private sealed class ScalarFormat<T>(SettingShape shape, string form, TryParse<T> tryParse) : SettingFormat<T>(shape)
    {
        public Func<T, bool> IsAllowed { get; init; } = static _ => true;

        public Func<T, JsonNode?> ToJson { get; init; } = static value => JsonValue.Create(value);

        internal override bool TryRead(JsonNode? json, [MaybeNullWhen(false)] out T value, out string error)
        {
            error = form;
            return tryParse(json.Text(), out value);
        }

        internal override JsonNode? Write(T value) => ToJson(value);

        internal override string? Check(T value) => IsAllowed(value) ? null : form;
    }

    private sealed class RecordFormat<T>(JsonTypeInfo<T> json) : SettingFormat<T>(new(SettingKind.Code)) where T : class, new()
    {
        // A property's name, and a name within that.
        internal override int Depth => 2;

        internal override bool TryRead(JsonNode? node, [MaybeNullWhen(false)] out T value, out string error)
        {
            (value, error) = (null, "It must be an object of named values, as JSON has it.");
            try
            {
                value = (node.Text() is { } text ? JsonNode.Parse(text) : node)?.Deserialize(json) ?? new T();
                return true;
            }
            catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
            {
                // Its message could quote a secret.
                return false;
            }
        }

        internal override JsonNode? Write(T value) => JsonSerializer.SerializeToNode(value, json);
    }

    private sealed class LinesFormat() : SettingFormat<ImmutableArray<string>>(new(SettingKind.Lines))
    {
        internal override bool TryRead(JsonNode? json, out ImmutableArray<string> value, out string error)
        {
            var lines = json.Text() is { } text
                ? text.ReplaceLineEndings("\n").Split('\n')
                : json.Items().Select(item => item is null ? "" : item.Text());
            (value, error) = (Normalize([.. lines.OfType<string>()]), "It must be a list of strings.");
            return lines.All(line => line is not null);
        }

        internal override JsonNode? Write(ImmutableArray<string> value) => new JsonArray([.. value.Select(item => JsonValue.Create(item))]);

        // An expression's blanks may be meant: only those without anything else go.
        internal override ImmutableArray<string> Normalize(ImmutableArray<string> value) =>
            value.IsDefaultOrEmpty ? [] : [.. value.Where(item => !string.IsNullOrWhiteSpace(item))];
    }

    private sealed class PairsFormat(string item)
        : SettingFormat<ImmutableSortedDictionary<string, string>>(new(SettingKind.Pairs) { Caption = item })
    {
        internal override bool TryRead(JsonNode? json, [MaybeNullWhen(false)] out ImmutableSortedDictionary<string, string> value, out string error)
        {
            if (json.Text() is { } text)
            {
                return NamedValues.TryParse(text, out value, out error);
            }

            var pairs = (json as JsonObject ?? []).ToImmutableSortedDictionary(
                pair => pair.Key, pair => pair.Value is null ? "" : pair.Value.Text(), StringComparer.Ordinal);
            (value, error) = (Normalize(pairs!), "It must be names, each with a value.");
            return json is not JsonArray && !pairs.ContainsValue(null);
        }

        internal override JsonNode? Write(ImmutableSortedDictionary<string, string> value) => WritePairs(value);

        internal override ImmutableSortedDictionary<string, string> Normalize(ImmutableSortedDictionary<string, string> value) => NamedValues.Tidy(value);
    }
}
