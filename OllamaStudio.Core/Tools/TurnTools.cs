using System.Collections.Immutable;

namespace OllamaStudio.Core.Tools;

/// <summary>The tools of one turn: what the model may call, and under which conditions.</summary>
public sealed record TurnTools
{
    /// <summary>The tools offered, each with a name of its own.</summary>
    public ImmutableArray<StudioTool> Tools { get; init; } = [];

    /// <summary>Who is asked before a tool runs that does more than read; null denies all of those.</summary>
    public IToolApproval? Approval { get; init; }

    /// <summary>Whether the model reads images; where it does not, it is told that there was one.</summary>
    public bool SendsImages { get; init; }

    /// <summary>Model calls in one turn; after the last one no tool is run any more.</summary>
    public int MaxIterations { get; init; } = 10;

    /// <summary>How long one call may take, waiting for the person not counted, of a tool that does not say so itself.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often in a row the same tool is run with the same arguments.</summary>
    public int MaxRepeats { get; init; } = 3;

    /// <summary>Calls that are run of one answer.</summary>
    public int MaxCallsPerAnswer { get; init; } = 32;

    /// <summary>The tool of that name, or null.</summary>
    public StudioTool? Find(string name) => Tools.FirstOrDefault(tool => tool.Name == name);
}
