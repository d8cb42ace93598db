namespace OllamaStudio.Core.Storage;

/// <summary>How the store stands.</summary>
public sealed record StoreStatus
{
    /// <summary>Whether what happens is being stored.</summary>
    public bool IsSaving => Trouble is null;

    /// <summary>What stands in the way, in words and without a full stop; null where nothing does.</summary>
    public string? Trouble { get; init; }

    /// <summary>Since when, UTC; null where nothing does.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The broken database that was kept aside when the studio started, or last since then: its full path; null where none was.</summary>
    public string? SetAside { get; init; }
}

/// <summary>Tells how the store stands. Safe to use from any thread.</summary>
public interface IStoreMonitor
{
    /// <summary>How it stands.</summary>
    StoreStatus Status { get; }

    /// <summary>Calls <paramref name="changed"/> after <see cref="Status"/> changed, until the result is disposed.</summary>
    IDisposable Subscribe(Action changed);
}
