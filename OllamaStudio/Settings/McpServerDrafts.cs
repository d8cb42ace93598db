using System.Collections.Immutable;
using System.Text.Json;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>Drafts of MCP servers as one text, so that the list of them is compared and kept like any other field.</summary>
public static class McpServerDrafts
{
    /// <summary>The drafts as one text.</summary>
    public static string Join(IEnumerable<McpServerDraft> drafts) => JsonSerializer.Serialize(drafts.ToArray());

    /// <summary>The drafts of a text that <see cref="Join"/> made.</summary>
    public static ImmutableArray<McpServerDraft> Split(string text) =>
        string.IsNullOrEmpty(text) ? [] : [.. JsonSerializer.Deserialize<McpServerDraft[]>(text) ?? []];

    /// <summary>The servers that the drafts mean, blank ones left out, secrets that are kept taken from <paramref name="stored"/>; <paramref name="fault"/> is told what cannot be read.</summary>
    public static ImmutableArray<McpServerSettings> Read(string text, ImmutableArray<McpServerSettings> stored, Action<string> fault) =>
        [.. Split(text).Where(draft => !draft.IsBlank).Select((draft, i) => draft.ToSettings(stored, message => fault($"{(draft.Name.Length > 0 ? draft.Name : $"Server {i + 1}")}: {message}")))];
}
