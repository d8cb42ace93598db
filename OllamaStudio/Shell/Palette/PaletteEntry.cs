using OllamaStudio.Core.Chat;

namespace OllamaStudio.Shell.Palette;

/// <summary>Something that a person can do from the palette.</summary>
/// <param name="Group">Under which heading it stands.</param>
/// <param name="Icon">Its icon.</param>
/// <param name="Title">What it does, or where it leads; searched.</param>
/// <param name="Run">Does it, after the palette has closed.</param>
public sealed record PaletteEntry(string Group, string Icon, string Title, Func<Task> Run)
{
    /// <summary>More about it, in muted letters; null for nothing.</summary>
    public string? Detail { get; init; }

    /// <summary>What is to be marked in <see cref="Detail"/>; null for nothing.</summary>
    public ConversationQuery? Found { get; init; }

    /// <summary>Other words under which a person may look for it; searched too.</summary>
    public string Words { get; init; } = "";

    /// <summary>The keys that do the same; empty for none.</summary>
    public string[] Keys { get; init; } = [];

    /// <summary>Whether it shows only where something is looked for: there are many of its kind.</summary>
    public bool IsFoundOnly { get; init; }

    /// <summary>Whether every word of a query occurs in it; letter case does not count.</summary>
    public bool Matches(string query) => !(IsFoundOnly && string.IsNullOrWhiteSpace(query)) && Array.TrueForAll(
        query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
        word => Title.Contains(word, StringComparison.OrdinalIgnoreCase) || Words.Contains(word, StringComparison.OrdinalIgnoreCase));
}
