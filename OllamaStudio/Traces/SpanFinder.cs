using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Shared.Find;

namespace OllamaStudio.Traces;

/// <summary>
/// Finds in all that is known of a trace's spans: names, statuses, messages, attributes, events, as rows and details draw them. What
/// stands among the messages is not found in the attributes once more.
/// </summary>
public sealed class SpanFinder
{
    private readonly FindTexts<SpanRecord> _texts = new(TextsOf);

    /// <summary>Looks through the spans, in the order of their rows, until the search has enough.</summary>
    /// <param name="tree">The trace.</param>
    /// <param name="asTable">Whether the rows are the table's, which have the spans' own names.</param>
    /// <param name="scan">The search.</param>
    public void Look(SpanTree tree, bool asTable, FindScan scan)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(scan);
        foreach (var node in tree.Nodes.TakeWhile(_ => !scan.IsFull))
        {
            var label = SpanLabel.Of(tree, node);
            if (!asTable)
            {
                scan.Look(node.Span.SpanId, SpanParts.Label, label);
            }

            if (asTable || label != node.Span.Name)
            {
                scan.Look(node.Span.SpanId, SpanParts.Name, node.Span.Name);
            }

            _texts.Look(node.Span.SpanId, node.Span, scan);
        }
    }

    /// <summary>Forgets what it has read.</summary>
    public void Clear() => _texts.Clear();

    private static IEnumerable<FindText> TextsOf(SpanRecord span)
    {
        if (span.StatusDescription is { Length: > 0 } description)
        {
            yield return new(SpanParts.Status, description);
        }

        var messages = SpanMessages.Of(span);
        var said = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, message) in messages.Index().TakeLast(SpanDetails.MostMessages))
        {
            var part = SpanParts.Message(index);
            IEnumerable<FindText> texts = [new(part + SpanParts.Thinking, Pretty(message.Thinking)), new(part + SpanParts.Text, Pretty(message.Text)),
                .. message.Calls.Index().SelectMany(call => new FindText[] { new(part + SpanParts.Tool(call.Index), call.Item.Name), new(part + SpanParts.Arguments(call.Index), Pretty(call.Item.Arguments)) })];
            foreach (var text in texts)
            {
                said.Add(text.Pieces[0]);
                yield return text;
            }
        }

        var aliases = AttributeAliases.Of(span.Attributes);
        var folded = aliases.Values.SelectMany(static names => names).ToHashSet(StringComparer.Ordinal);
        foreach (var (key, value) in AttributeGroups.Of(span.Attributes).SelectMany(static group => group.Attributes).Where(attribute => !folded.Contains(attribute.Key)))
        {
            yield return new(SpanParts.Key + key, key);
            if (Pretty(value) is var text && !said.Contains(text))
            {
                yield return new(SpanParts.Value + key, text);
            }

            foreach (var other in aliases.GetValueOrDefault(key, []))
            {
                yield return new(SpanParts.Key + other, other);
            }
        }

        foreach (var (index, happening) in (span.Events.IsDefault ? [] : span.Events).Index())
        {
            var isException = happening.Name == TelemetryNames.Error.ExceptionEvent;
            if (!isException)
            {
                yield return new(SpanParts.Event(index) + SpanParts.Name, happening.Name);
            }

            foreach (var (key, value) in happening.Attributes)
            {
                if (!(isException && SpanEventView.StandsApart(key)))
                {
                    yield return new(SpanParts.Event(index) + SpanParts.Key + key, key);
                }

                yield return new(SpanParts.Event(index) + SpanParts.Value + key, Pretty(value));
            }
        }
    }

    private static string Pretty(object? value) => AttributeText.Pretty(value, out _);
}
