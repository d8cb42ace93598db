namespace OllamaStudio.Core.Tools;

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
