using System.Globalization;

namespace OllamaStudio.Traces;

/// <summary>What the texts of a span are called, for finding in them: the values of <c>data-find</c>, and the tab on which they stand.</summary>
public static class SpanParts
{
    /// <summary>What its row in the waterfall calls it.</summary>
    public const string Label = "label";

    /// <summary>Its own name, in the table and at the head of its details.</summary>
    public const string Name = "name";

    /// <summary>Why it failed, or what else its status says.</summary>
    public const string Status = "status";

    /// <summary>Attribute names begin with this, their values with <see cref="Value"/>.</summary>
    public const string Key = "key-";

    /// <summary>Attribute values begin with this; see <see cref="Key"/>.</summary>
    public const string Value = "value-";

    /// <summary>What a message's thinking is called, after <see cref="Message"/>.</summary>
    public const string Thinking = "thinking";

    /// <summary>What a message's text is called, after <see cref="Message"/>.</summary>
    public const string Text = "text";

    private const string MessageStart = "message-";
    private const string EventStart = "event-";

    /// <summary>What the texts of one of its messages, from 0, begin with.</summary>
    public static string Message(int index) => string.Create(CultureInfo.InvariantCulture, $"{MessageStart}{index}-");

    /// <summary>What the tool of one of a message's calls, from 0, is called, after <see cref="Message"/>.</summary>
    public static string Tool(int index) => string.Create(CultureInfo.InvariantCulture, $"tool-{index}");

    /// <summary>What the arguments of one of a message's calls, from 0, are called, after <see cref="Message"/>.</summary>
    public static string Arguments(int index) => string.Create(CultureInfo.InvariantCulture, $"arguments-{index}");

    /// <summary>What the texts of one of its events, from 0, begin with.</summary>
    public static string Event(int index) => string.Create(CultureInfo.InvariantCulture, $"{EventStart}{index}-");

    /// <summary>The tab of the details on which it stands; null where it stands on every one.</summary>
    public static SpanDetailsTab? TabOf(string part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return part switch
        {
            Label or Name => null,
            _ when part.StartsWith(MessageStart, StringComparison.Ordinal) => SpanDetailsTab.Messages,
            _ when part.StartsWith(EventStart, StringComparison.Ordinal) => SpanDetailsTab.Events,
            _ => SpanDetailsTab.Attributes,
        };
    }
}
