namespace OllamaStudio.Core.Settings;

/// <summary>The settings in force, and word of their change. Safe to use from any thread.</summary>
public interface ISettings
{
    /// <summary>The snapshot in force now. Never null.</summary>
    StudioSettings Current { get; }

    /// <summary>Raised after <see cref="Current"/> changed, on the thread that changed it. Handlers must be quick and must not throw.</summary>
    event Action? Changed;
}
