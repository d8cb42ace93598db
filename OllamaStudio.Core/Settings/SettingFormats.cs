using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;

namespace OllamaStudio.Core.Settings;

/// <summary>The formats that settings come in.</summary>
internal static class SettingFormats
{
    /// <summary>Text that must be there.</summary>
    public static SettingFormat<string> Text { get; } = new TextFormat();

    /// <summary>Text that may be missing; blank means missing.</summary>
    public static SettingFormat<string?> OptionalText { get; } = new OptionalTextFormat();

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static SettingFormat<bool> Flag { get; } = new FlagFormat();

    /// <summary>A whole number.</summary>
    public static SettingFormat<int> Whole { get; } = new WholeFormat();

    /// <summary>A number with a decimal point.</summary>
    public static SettingFormat<double> Number { get; } = new NumberFormat();

    /// <summary>Texts; in one line of text, a single one.</summary>
    public static SettingFormat<ImmutableArray<string>> List { get; } = new ListFormat();

    /// <summary>Names and values; in one line of text as OpenTelemetry writes them: <c>a=1,b=two%20words</c>.</summary>
    public static SettingFormat<ImmutableSortedDictionary<string, string>> Pairs { get; } = new PairsFormat();

    /// <summary>MCP servers; in one text, as JSON.</summary>
    public static SettingFormat<ImmutableArray<McpServerSettings>> McpServers { get; } = new McpServersFormat();

    /// <summary>One of a set of names, whatever their case.</summary>
    public static SettingFormat<T> Choice<T>(params (string Name, T Value)[] names) where T : struct, Enum => new ChoiceFormat<T>(names);

    /// <summary>One of an enum's own names.</summary>
    public static SettingFormat<T> Choice<T>() where T : struct, Enum => Choice([.. Enum.GetValues<T>().Select(value => (value.ToString(), value))]);

    private sealed class TextFormat : SettingFormat<string>
    {
        public override bool TryRead(RawSetting raw, [MaybeNullWhen(false)] out string value, out string error)
        {
            value = raw.Text?.Trim();
            error = value is null ? "It must be a text." : "";
            return value is not null;
        }

        public override JsonNode? Write(string value) => JsonValue.Create(value);

        // A change may come with null from a place that the compiler does not see.
        public override string Normalize(string value) => value?.Trim() ?? "";
    }

    private sealed class OptionalTextFormat : SettingFormat<string?>
    {
        public override bool TryRead(RawSetting raw, [MaybeNullWhen(false)] out string? value, out string error)
        {
            value = Normalize(raw.Text);
            error = raw.Children is null ? "" : "It must be a text.";
            return raw.Children is null;
        }

        public override JsonNode? Write(string? value) => JsonValue.Create(value);

        public override string? Normalize(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    private sealed class FlagFormat : SettingFormat<bool>
    {
        public override bool TryRead(RawSetting raw, out bool value, out string error)
        {
            error = "It must be true or false.";
            return bool.TryParse(raw.Text, out value);
        }

        public override JsonNode? Write(bool value) => JsonValue.Create(value);
    }

    private sealed class WholeFormat : SettingFormat<int>
    {
        public override bool TryRead(RawSetting raw, out int value, out string error)
        {
            error = "It must be a whole number.";
            return int.TryParse(raw.Text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);
        }

        public override JsonNode? Write(int value) => JsonValue.Create(value);
    }

    private sealed class NumberFormat : SettingFormat<double>
    {
        public override bool TryRead(RawSetting raw, out double value, out string error)
        {
            error = "It must be a number, with a point before its decimals.";
            return double.TryParse(raw.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        }

        public override JsonNode? Write(double value) => JsonValue.Create(value);
    }

    private sealed class ChoiceFormat<T>((string Name, T Value)[] names) : SettingFormat<T> where T : struct, Enum
    {
        public override bool TryRead(RawSetting raw, out T value, out string error)
        {
            foreach (var (name, named) in names)
            {
                if (string.Equals(name, raw.Text?.Trim(), StringComparison.OrdinalIgnoreCase))
                {
                    (value, error) = (named, "");
                    return true;
                }
            }

            (value, error) = (default, $"It must be one of {string.Join(", ", names.Select(name => name.Name))}.");
            return false;
        }

        public override JsonNode? Write(T value) => JsonValue.Create(names.FirstOrDefault(name => name.Value.Equals(value)).Name);
    }

    private sealed class ListFormat : SettingFormat<ImmutableArray<string>>
    {
        public override bool TryRead(RawSetting raw, out ImmutableArray<string> value, out string error)
        {
            value = Normalize(raw.Text is { } text ? [text] : [.. (raw.Children ?? []).Select(child => child.Value)]);
            error = "";
            return true;
        }

        public override JsonNode? Write(ImmutableArray<string> value) => new JsonArray([.. value.Select(item => JsonValue.Create(item))]);

        // An expression's blanks may be meant: only those without anything else go.
        public override ImmutableArray<string> Normalize(ImmutableArray<string> value) =>
            value.IsDefaultOrEmpty ? [] : [.. value.Where(item => !string.IsNullOrWhiteSpace(item))];

        public override bool Same(ImmutableArray<string> left, ImmutableArray<string> right) => left.AsSpan().SequenceEqual(right.AsSpan());
    }

    private sealed class PairsFormat : SettingFormat<ImmutableSortedDictionary<string, string>>
    {
        public override bool TryRead(
            RawSetting raw, [MaybeNullWhen(false)] out ImmutableSortedDictionary<string, string> value, out string error)
        {
            if (raw.Text is { } text)
            {
                return OpenTelemetryVariables.TryParsePairs(text, out value, out error);
            }

            var pairs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            foreach (var (name, child) in raw.Children ?? [])
            {
                pairs[name] = child;
            }

            (value, error) = (Normalize(pairs.ToImmutable()), "");
            return true;
        }

        public override JsonNode? Write(ImmutableSortedDictionary<string, string> value) =>
            new JsonObject(value.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, JsonValue.Create(pair.Value))));

        public override ImmutableSortedDictionary<string, string> Normalize(ImmutableSortedDictionary<string, string> value)
        {
            var pairs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            foreach (var (name, item) in value ?? ImmutableSortedDictionary<string, string>.Empty)
            {
                pairs[name.Trim()] = item?.Trim() ?? "";
            }

            return pairs.ToImmutable();
        }

        public override bool Same(ImmutableSortedDictionary<string, string> left, ImmutableSortedDictionary<string, string> right) =>
            left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out var value) && value == pair.Value);
    }
}
