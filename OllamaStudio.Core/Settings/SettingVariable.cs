using System.Text.Json.Nodes;

namespace OllamaStudio.Core.Settings;

/// <summary>A variable (or an argument of its name) that gives a setting.</summary>
/// <param name="Name">Its name, as a person sets it.</param>
public sealed record SettingVariable(string Name)
{
    /// <summary>A variable whose text is not the setting's own.</summary>
    internal SettingVariable(string name, Func<SettingSource, SettingReading> read) : this(name) => Read = read;

    /// <summary>Reads it; null where its text is the setting's own.</summary>
    internal Func<SettingSource, SettingReading>? Read { get; }

    /// <summary>The same variable, read where that holds of the layer, and nothing elsewhere.</summary>
    internal SettingVariable Where(Func<SettingSource, bool> holds) =>
        new(Name, source => !holds(source) ? default : Read?.Invoke(source) ?? new(source[Name]));
}

/// <summary>What reading a variable gave: nothing, a value, a fault, or a value in spite of a fault.</summary>
/// <param name="Value">The value, as the setting's format reads it; null for none.</param>
/// <param name="Name">The variable the value is from; null for the one that was read.</param>
internal readonly record struct SettingReading(JsonNode? Value, string? Name = null)
{
    /// <summary>What is wrong, in a sentence; null for nothing.</summary>
    public string? Fault { get; init; }

    /// <summary>The variable the fault is in; null for the one that was read.</summary>
    public string? FaultName { get; init; }

    /// <summary>A fault, and no value.</summary>
    public static SettingReading Invalid(string fault, string? name = null) => new(null) { Fault = fault, FaultName = name };
}
