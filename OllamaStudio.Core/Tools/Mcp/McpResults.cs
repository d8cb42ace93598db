using Microsoft.Extensions.AI;
using ModelContextProtocol.Protocol;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>Makes of what a server answered to a call what a chat can use.</summary>
internal static class McpResults
{
    /// <summary>
    /// Structured content as JSON; text as text; where there is anything beside text, images above all, the parts in their
    /// order as <see cref="AIContent"/>.
    /// </summary>
    /// <exception cref="McpToolException">The server says that the call failed.</exception>
    public static object Read(CallToolResult result)
    {
        if (result.IsError is true)
        {
            var words = Text(result.Content.OfType<TextContentBlock>().Select(block => block.Text));
            throw new McpToolException(string.IsNullOrWhiteSpace(words) ? "The tool failed, and does not say why." : words);
        }

        // A server that answers in structure says the same again as text, for clients that read nothing else.
        if (result.StructuredContent is { } structured && result.Content.All(block => block is TextContentBlock))
        {
            return structured;
        }

        var parts = result.Content.Select(Part).ToList();
        return parts.TrueForAll(part => part is TextContent) ? Text(parts.Select(part => ((TextContent)part).Text)) : parts;
    }

    private static AIContent Part(ContentBlock block) => block switch
    {
        TextContentBlock text => new TextContent(text.Text),
        ImageContentBlock image => new DataContent(image.DecodedData, image.MimeType),
        AudioContentBlock audio => new DataContent(audio.DecodedData, audio.MimeType),
        EmbeddedResourceBlock { Resource: TextResourceContents text } => new TextContent(text.Text),
        EmbeddedResourceBlock { Resource: BlobResourceContents blob } => new DataContent(blob.DecodedData, blob.MimeType ?? "application/octet-stream"),
        ResourceLinkBlock link => new TextContent($"{link.Title ?? link.Name}: {link.Uri}"),
        _ => new TextContent($"(content of a kind that is not known here: {block.Type})"),
    };

    private static string Text(IEnumerable<string> texts) => string.Join('\n', texts);
}
