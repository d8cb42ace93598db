using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// One prompt that several models are asked, their replies shown side by side until the person keeps one. The replies are versions of one,
/// as other models' replies are that were asked one by one: this only says which of them stand side by side, and who is asked next.
/// </summary>
public sealed record SideBySide
{
    /// <summary>Most models that are asked: more columns than these cannot be read.</summary>
    public const int Most = 3;

    /// <summary>Fewest models: with one there is nothing to compare.</summary>
    public const int Fewest = 2;

    /// <summary>The prompt, by its id.</summary>
    public required string PromptId { get; init; }

    /// <summary>The models, in the order in which they were picked and are asked.</summary>
    public required ImmutableArray<SideBySideColumn> Columns { get; init; }

    /// <summary>Whether all are asked at once; else one after the other.</summary>
    public bool IsAtOnce { get; init; }

    /// <summary>The reply that the person keeps as soon as nothing is being written any more, by its id; null while none is chosen.</summary>
    [JsonIgnore]
    public string? KeptId { get; init; }

    /// <summary>Whether one is being asked, or will be by itself.</summary>
    public bool IsRunning => Columns.Any(static column => column.IsWaiting || column.Reply is { IsStreaming: true });

    /// <summary>The same with another column in the place of that one.</summary>
    internal SideBySide With(int index, SideBySideColumn column) => this with { Columns = Columns.SetItem(index, column) };

    /// <summary>The same where nobody is asked by itself any more.</summary>
    internal SideBySide WithNoneWaiting() => this with { Columns = [.. Columns.Select(static column => column with { IsWaiting = false })] };
}

/// <summary>One of the models, and what it replied.</summary>
/// <param name="Model">Its name.</param>
public sealed record SideBySideColumn(string Model)
{
    /// <summary>Its reply, by id; null where it was not asked yet.</summary>
    public string? ReplyId { get; init; }

    /// <summary>Whether its turn comes by itself. After a restart of the studio none does.</summary>
    [JsonIgnore]
    public bool IsWaiting { get; init; }

    /// <summary>How it is asked when its turn comes; null for as the prompt was.</summary>
    [JsonIgnore]
    internal ColumnTurn? Turn { get; init; }

    /// <summary>Its reply as it stands; null where it was not asked yet.</summary>
    [JsonIgnore]
    public MessageRecord? Reply { get; init; }
}

/// <summary>How a model that stands side by side is asked again.</summary>
/// <param name="ContinuedId">Its reply that is to go on, by id; null for a new one.</param>
/// <param name="WhenFull">What becomes of messages that do not fit; null as the setting says.</param>
internal sealed record ColumnTurn(string? ContinuedId, ContextFull? WhenFull);
