namespace OllamaStudio.Core.Tools;

/// <summary>Asks the person whether a tool may run.</summary>
public interface IToolApproval
{
    /// <summary>Asks, and waits for the answer as long as it takes; an answer given for the whole chat comes at once.</summary>
    /// <param name="callId">The call in question.</param>
    /// <param name="tool">The tool that would run.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    Task<ToolAnswer> AskAsync(string callId, StudioTool tool, CancellationToken cancellationToken);
}

/// <summary>What a person says to a tool that wants to run.</summary>
public enum ToolAnswer
{
    /// <summary>It may not.</summary>
    Deny,

    /// <summary>This call may run.</summary>
    AllowOnce,

    /// <summary>This tool may run as often as it is called in this chat.</summary>
    AllowAlways,
}
