namespace OllamaStudio.Shared;

/// <summary>Where the pages find what they offer to be downloaded, relative to the studio's root.</summary>
public static class DownloadAddress
{
    /// <summary>The folder of all of them.</summary>
    public const string Path = "download";

    /// <summary>A conversation's shown branch as Markdown.</summary>
    public static string Markdown(string conversationId) => $"{Path}/conversations/{conversationId}.md";

    /// <summary>A conversation, whole, as JSON.</summary>
    public static string Json(string conversationId) => $"{Path}/conversations/{conversationId}.json";

    /// <summary>All conversations, and the settings where that is asked for.</summary>
    public static string Everything(bool withSettings) => $"{Path}/studio.zip{(withSettings ? "?settings=true" : "")}";

    /// <summary>The spans of the traces that are asked for, as OTLP JSON lines.</summary>
    /// <param name="query">The end of the address of a list of traces, from its question mark; empty for all.</param>
    public static string Spans(string query) => $"{Path}/traces.jsonl{query}";

    /// <summary>The model calls in the traces that are asked for, as CSV.</summary>
    /// <param name="query">See <see cref="Spans"/>.</param>
    public static string ModelCalls(string query) => $"{Path}/model-calls.csv{query}";
}
