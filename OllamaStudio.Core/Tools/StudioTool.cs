using Microsoft.Extensions.AI;

namespace OllamaStudio.Core.Tools;

/// <summary>
/// A tool that a model may be offered, and what the studio needs to know of it beside its schema. Its function says that
/// it failed by throwing; the exception's message is told to the model.
/// </summary>
public sealed record StudioTool
{
    /// <summary>What is called. Its name is the one the model sees; unique among the tools of a turn.</summary>
    public required AIFunction Function { get; init; }

    /// <summary>Where it comes from, for people: <c>built in</c>, or an MCP server's name.</summary>
    public required string Source { get; init; }

    /// <summary>Whether it only reads: others ask the person before they run.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>How long one call of it may take; null for what the turn allows.</summary>
    public TimeSpan? CallTimeout { get; init; }

    /// <summary>What it is remembered by where it is switched off: its source and the name that it has there, whatever the model sees.</summary>
    public string Id
    {
        get => field ?? $"{Source}/{Function.Name}";
        init;
    }

    /// <summary>
    /// What "always" is said to: what runs behind the name, and the tool's name there. Another program under the name of one that may
    /// always run has to ask.
    /// </summary>
    public string ApprovalId
    {
        get => field ?? Id;
        init;
    }

    /// <summary>The name that the model sees.</summary>
    public string Name => Function.Name;
}
