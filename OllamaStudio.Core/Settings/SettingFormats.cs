using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;

namespace OllamaStudio.Core.Settings;

/// <summary>The formats that settings come in; that of a list of records is <see cref="ListFormat{T}"/>.</summary>
public static class SettingFormats
{
    /// <summary>Text that must be there.</summary>
    public static SettingFormat<string> Text { get; } = new TextFormat(SettingKind.Text);

    /// <summary>Text that must be there and that a machine reads.</summary>
    public static SettingFormat<string> Code { get; } = new TextFormat(SettingKind.Code);

    /// <summary>Text that may be missing; blank means missing.</summary>
    public static SettingFormat<string?> OptionalText { get; } = new OptionalTextFormat(SettingKind.Text);

    /// <summary>Text that may be missing and that a machine reads.</summary>
    public static SettingFormat<string?> OptionalCode { get; } = new OptionalTextFormat(SettingKind.Code);

    /// <summary>Texts; in one text, one a line.</summary>
    public static SettingFormat<ImmutableArray<string>> Lines { get; } = new LinesFormat();

    /// <summary><c>true</c> or <c>false</c>.</summary>
    /// <param name="caption">What it does when it is on.</param>
    public static SettingFormat<bool> Flag(string caption) => new FlagFormat(caption);

    /// <summary>A whole number of a range, its ends included.</summary>
    public static SettingFormat<int> Whole(int least, int most) => new WholeFormat(least, most);

    /// <summary>A number with a decimal point, of a range, its ends included.</summary>
    /// <param name="least">The least.</param>
    /// <param name="most">The largest.</param>
    /// <param name="example">What one such number means, to end the sentence that asks for one.</param>
    public static SettingFormat<double> Number(double least, double most, string example) => new NumberFormat(least, most, example);

    /// <summary>Names and values; in one line of text as OpenTelemetry writes them: <c>a=1,b=two%20words</c>.</summary>
    /// <param name="item">What one of them is called: "attribute", "header".</param>
    public static SettingFormat<ImmutableSortedDictionary<string, string>> Pairs(string item) => new PairsFormat(item);

    /// <summary>One of an enum's names, whatever their case, each with what a person reads and what it does.</summary>
    public static SettingFormat<T> Choice<T>(params (T Value, string Label, string Help)[] options) where T : struct, Enum =>
        new ChoiceFormat<T>([.. options.Select(option => (option.Value, new SettingOption(option.Value.ToString(), option.Label, option.Help)))]);

    /// <summary>One of a set of names of their own, whatever their case.</summary>
    public static SettingFormat<T> Named<T>(params (T Value, string Name)[] options) where T : struct, Enum =>
        new ChoiceFormat<T>([.. options.Select(option => (option.Value, new SettingOption(option.Name, option.Name, null)))]);

    private sealed class TextFormat(SettingKind kind) : SettingFormat<string>(new(kind))
    {
        internal override bool TryRead(RawSetting raw, [MaybeNullWhen(false)] out string value, out string error)
        {
            value = raw.Text?.Trim();
            error = value is null ? "It must be a text." : "";
            return value is not null;
        }

        internal override JsonNode? Write(string value) => JsonValue.Create(value);

        // A change may come with null from a place that the compiler does not see.
        internal override string Normalize(string value) => value?.Trim() ?? "";
    }

    private sealed class OptionalTextFormat(SettingKind kind) : SettingFormat<string?>(new(kind))
    {
        internal override bool TryRead(RawSetting raw, [MaybeNullWhen(false)] out string? value, out string error)
        {
            value = Normalize(raw.Text);
            error = raw.Children is null ? "" : "It must be a text.";
            return raw.Children is null;
        }

        internal override JsonNode? Write(string? value) => JsonValue.Create(value);

        internal override string? Normalize(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    private sealed class FlagFormat(string caption) : SettingFormat<bool>(new(SettingKind.Flag) { Caption = caption })
    {
        internal override bool TryRead(RawSetting raw, out bool value, out string error)
        {
            error = "It must be true or false.";
            return bool.TryParse(raw.Text, out value);
        }

        internal override JsonNode? Write(bool value) => JsonValue.Create(value);
    }

    private sealed class WholeFormat(int least, int most) : SettingFormat<int>(new(SettingKind.Whole) { Least = least, Most = most })
    {
        private readonly Func<int, string?> _rule = SettingRules.Between(least, most);

        internal override bool TryRead(RawSetting raw, out int value, out string error)
        {
            // What is no number breaks the rule as well; its sentence says what would be right.
            error = _rule(least - 1)!;
            return int.TryParse(raw.Text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);
        }

        internal override JsonNode? Write(int value) => JsonValue.Create(value);

        internal override string? Check(int value) => _rule(value);
    }

    private sealed class NumberFormat(double least, double most, string example)
        : SettingFormat<double>(new(SettingKind.Number) { Least = least, Most = most })
    {
        private readonly string _form = FormattableString.Invariant($"It must be a number from {least} to {most}; {example}");

        internal override bool TryRead(RawSetting raw, out double value, out string error)
        {
            error = _form;
            return double.TryParse(raw.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        }

        internal override JsonNode? Write(double value) => JsonValue.Create(value);

        internal override string ToText(double value) => value.ToString(CultureInfo.InvariantCulture);

        internal override string? Check(double value) => value >= least && value <= most ? null : _form;
    }

    private sealed class ChoiceFormat<T>((T Value, SettingOption Option)[] options)
        : SettingFormat<T>(new(SettingKind.Choice) { Options = [.. options.Select(each => each.Option)] }) where T : struct, Enum
    {
        private readonly string _form = $"It must be one of {string.Join(", ", options.Select(each => each.Option.Text))}.";

        internal override bool TryRead(RawSetting raw, out T value, out string error)
        {
            var found = Array.Find(options, each => string.Equals(each.Option.Text, raw.Text?.Trim(), StringComparison.OrdinalIgnoreCase));
            (value, error) = (found.Value, _form);
            return found.Option is not null;
        }

        internal override JsonNode? Write(T value) => JsonValue.Create(Array.Find(options, each => each.Value.Equals(value)).Option?.Text);

        internal override string? Check(T value) => Array.Exists(options, each => each.Value.Equals(value)) ? null : _form;
    }

    private sealed class LinesFormat() : SettingFormat<ImmutableArray<string>>(new(SettingKind.Lines))
    {
        internal override bool TryRead(RawSetting raw, out ImmutableArray<string> value, out string error)
        {
            value = Normalize(raw.Text is { } text ? [.. text.ReplaceLineEndings("\n").Split('\n')] : [.. (raw.Children ?? []).Select(child => child.Value)]);
            error = "";
            return true;
        }

        internal override JsonNode? Write(ImmutableArray<string> value) => new JsonArray([.. value.Select(item => JsonValue.Create(item))]);

        internal override string ToText(ImmutableArray<string> value) => string.Join('\n', value);

        // An expression's blanks may be meant: only those without anything else go.
        internal override ImmutableArray<string> Normalize(ImmutableArray<string> value) =>
            value.IsDefaultOrEmpty ? [] : [.. value.Where(item => !string.IsNullOrWhiteSpace(item))];

        internal override bool Same(ImmutableArray<string> left, ImmutableArray<string> right) => left.AsSpan().SequenceEqual(right.AsSpan());
    }

    private sealed class PairsFormat(string item)
        : SettingFormat<ImmutableSortedDictionary<string, string>>(new(SettingKind.Pairs) { Caption = item })
    {
        internal override bool TryRead(
            RawSetting raw, [MaybeNullWhen(false)] out ImmutableSortedDictionary<string, string> value, out string error)
        {
            if (raw.Text is { } text)
            {
                return NamedValues.TryParse(text, out value, out error);
            }

            var pairs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            foreach (var (name, child) in raw.Children ?? [])
            {
                pairs[name] = child;
            }

            (value, error) = (Normalize(pairs.ToImmutable()), "");
            return true;
        }

        internal override JsonNode? Write(ImmutableSortedDictionary<string, string> value) =>
            new JsonObject(value.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, JsonValue.Create(pair.Value))));

        internal override ImmutableSortedDictionary<string, string> Normalize(ImmutableSortedDictionary<string, string> value) => NamedValues.Tidy(value);

        internal override bool Same(ImmutableSortedDictionary<string, string> left, ImmutableSortedDictionary<string, string> right) =>
            left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out var value) && value == pair.Value);
    }
}
