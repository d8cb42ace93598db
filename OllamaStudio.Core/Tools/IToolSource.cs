namespace OllamaStudio.Core.Tools;

/// <summary>Something that has tools: the studio itself, or its MCP servers. Safe to use from any thread.</summary>
public interface IToolSource
{
    /// <summary>The tools that can be called now. A snapshot; never null.</summary>
    IReadOnlyList<StudioTool> Tools { get; }

    /// <summary>Raised after <see cref="Tools"/> changed, on any thread. Handlers must be quick.</summary>
    event Action? Changed;
}
