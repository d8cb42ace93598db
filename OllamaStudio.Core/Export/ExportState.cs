namespace OllamaStudio.Core.Export;

/// <summary>How the export of spans stands.</summary>
public enum ExportState
{
    /// <summary>Switched off: spans stay in the process.</summary>
    Off,

    /// <summary>On, and nothing was sent yet.</summary>
    Idle,

    /// <summary>The last batch was accepted.</summary>
    Healthy,

    /// <summary>The last batch was refused or did not arrive.</summary>
    Failing,
}
