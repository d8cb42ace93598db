using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Tools;

/// <summary>Estimates what it costs to offer tools: their definitions go along with every prompt, and are read as tokens of it.</summary>
public static class ToolTokens
{
    // English and JSON have about four characters to a token with the tokenizers of common models; none of them is at hand here.
    private const int CharactersPerToken = 4;

    /// <summary>About how many tokens the definitions of these tools take, each as it is sent; 0 for no tools.</summary>
    public static int Estimate(IEnumerable<StudioTool> tools)
    {
        ArgumentNullException.ThrowIfNull(tools);
        var characters = PromptWeight.Of(tools.Select(static tool => tool.Function));
        return (int)Math.Min(int.MaxValue, (characters + CharactersPerToken - 1) / CharactersPerToken);
    }
}
