namespace OllamaStudio.Core.Tools;

/// <summary>How a tool call stands.</summary>
public enum ToolCallState
{
    /// <summary>It runs, or is about to.</summary>
    Running,

    /// <summary>It waits for the person's word.</summary>
    AwaitingApproval,

    /// <summary>It returned a result.</summary>
    Succeeded,

    /// <summary>It could not be run, threw, or took too long.</summary>
    Failed,

    /// <summary>The person did not allow it.</summary>
    Denied,

    /// <summary>It was stopped with its turn, or not run because the turn was over.</summary>
    Cancelled,
}
