using System.Collections.Immutable;
using System.Globalization;
using OllamaStudio.Core.Insights;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>What the values of one attribute are in a block of traces: enough to say that none of them is what is asked for.</summary>
/// <param name="DistinctValues">All of them as <see cref="AttributeJson"/> writes attributes, without a name; null where there are many, of which the others tell.</param>
/// <param name="Low">The least number; null where there is none.</param>
/// <param name="High">The greatest number; null where there is none.</param>
/// <param name="Trigrams">Of what is no number, a <see cref="TrigramFilter"/>; null where there is none.</param>
internal sealed record AttributeSummary(string? DistinctValues, double? Low, double? High, byte[]? Trigrams)
{
    // All letters and signs of a number as text, infinite and undefined ones too.
    private const string OfNumbers = "0123456789+-.EINFTYA";

    /// <summary>Whether a value may be as asked: where it says no, <see cref="AttributeMatch"/> fits none of them. Turning round is the caller's affair.</summary>
    public bool MayFit(AttributeTerm term) =>
        term.Operator is null
        || (DistinctValues is { } values
            ? AttributeMatch.Fits(term with { Key = "" }, AttributeJson.ReadAttributes(values))
            : (Low is { } low && High is { } high && MayFit(term, low, high)) || (Trigrams is { } trigrams && MayFit(term, trigrams)));

    private static bool MayFit(AttributeTerm term, double low, double high)
    {
        if (!double.TryParse(term.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var asked))
        {
            // The numbers are compared as texts then.
            return term.Operator is not (QueryOperator.Has or QueryOperator.Equal) || term.Value.All(static letter => OfNumbers.Contains(letter, StringComparison.OrdinalIgnoreCase));
        }

        return double.IsNaN(asked) || term.Operator switch
        {
            QueryOperator.Greater or QueryOperator.AtLeast => TraceFilter.Compares(high.CompareTo(asked), term.Operator.Value),
            QueryOperator.Less or QueryOperator.AtMost => TraceFilter.Compares(low.CompareTo(asked), term.Operator.Value),
            QueryOperator.NotEqual => true,
            _ => low <= asked && asked <= high,
        };
    }

    private static bool MayFit(AttributeTerm term, byte[] trigrams) =>
        term.Operator is not (QueryOperator.Has or QueryOperator.Equal) || TrigramFilter.MayHave(trigrams, term.Value);
}

/// <summary>Makes the summaries of a block. Not safe to use from several threads.</summary>
internal sealed class AttributeSummaries
{
    // A foreign program may make names up; whoever asks then looks at the spans themselves.
    private const int MostNames = 1_000;

    private readonly Dictionary<string, Values> _names = new(StringComparer.Ordinal);

    /// <summary>By name, in capitals; null where there are too many names.</summary>
    public IReadOnlyDictionary<string, AttributeSummary>? Made => _names.Count > MostNames ? null : _names.ToDictionary(static name => name.Key, static name => name.Value.Make(), StringComparer.Ordinal);

    /// <summary>A name as it is stored: two that differ in case alone are one.</summary>
    public static string NameOf(string key) => key.ToUpperInvariant();

    /// <summary>Takes in the attributes of a span.</summary>
    public void Add(ImmutableArray<KeyValuePair<string, object?>> attributes)
    {
        foreach (var (key, value) in attributes)
        {
            var name = NameOf(key);
            if (!_names.TryGetValue(name, out var values))
            {
                if (_names.Count > MostNames)
                {
                    return;
                }

                _names[name] = values = new Values();
            }

            foreach (var one in AttributeMatch.Values(value))
            {
                values.Add(one);
            }
        }
    }

    private sealed class Values
    {
        // Names of models, reasons, settings: few and short. Ids, words and counts are more.
        private const int MostValues = 24;
        private const int MostCharacters = 600;

        private readonly HashSet<object> _seen = [];
        private readonly HashSet<ulong> _trigrams = [];
        private int _characters;
        private bool _hasNull;
        private bool _hasTexts;
        private double? _low;
        private double? _high;

        private bool AreMany => _seen.Count > MostValues || _characters > MostCharacters;

        public void Add(object? value)
        {
            _hasNull |= value is null;
            if (value is null || !_seen.Add(value))
            {
                return;
            }

            var number = SpanFacts.Number(value);
            if (number is null)
            {
                var text = AttributeMatch.Text(value);
                _characters += text.Length;
                _hasTexts = true;
                TrigramFilter.Add(_trigrams, text);
            }
            else if (double.IsNaN(number.Value))
            {
                (_low, _high) = (double.NegativeInfinity, double.PositiveInfinity); // SQLite has no NaN
            }
            else
            {
                (_low, _high) = (Math.Min(_low ?? number.Value, number.Value), Math.Max(_high ?? number.Value, number.Value));
            }
        }

        // In an order of their own: blocks with the same values have the same text, which is then read once.
        public AttributeSummary Make() => AreMany
            ? new AttributeSummary(null, _low, _high, _hasTexts || _hasNull ? TrigramFilter.Make(_trigrams) : null)
            : new AttributeSummary(
                AttributeJson.Write([.. _seen.OrderBy(AttributeMatch.Text, StringComparer.Ordinal).Concat(_hasNull ? new object?[] { null } : []).Select(static value => KeyValuePair.Create("", value))]) ?? "[]",
                null, null, null);
    }
}
