using System.Collections.Immutable;

namespace OllamaStudio.Core.Settings;

/// <summary>What came of saving settings.</summary>
public sealed record SettingsSaveResult
{
    /// <summary>Everything that is wrong with the values; where there is any, nothing was changed.</summary>
    public ImmutableArray<SettingFault> Faults { get; init; } = [];

    /// <summary>Why the values, although in force, could not be written to disk and will be gone after a restart; null where they were written.</summary>
    public string? StorageProblem { get; init; }

    /// <summary>Whether the values are in force.</summary>
    public bool Succeeded => Faults.IsEmpty;
}
