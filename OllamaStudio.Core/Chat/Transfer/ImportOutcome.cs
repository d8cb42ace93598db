namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>What an import did to one conversation.</summary>
internal enum ImportOutcome
{
    /// <summary>It was not there, and is now.</summary>
    Added,

    /// <summary>It was there and has more now, or is newer.</summary>
    Changed,

    /// <summary>All of it was there.</summary>
    Unchanged,

    /// <summary>A reply is being written in it: it was left as it is.</summary>
    Busy,
}
