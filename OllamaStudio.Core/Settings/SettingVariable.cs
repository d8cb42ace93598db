namespace OllamaStudio.Core.Settings;

/// <summary>A variable (or an argument of its name) that gives a setting.</summary>
/// <param name="name">Its name, as a person sets it.</param>
public sealed class SettingVariable<T>(string name)
{
    /// <summary>A variable whose text is not the setting's own.</summary>
    internal SettingVariable(string name, Func<SettingSource, SettingReading<T>> read) : this(name) => Read = read;

    /// <summary>Its name, as a person sets it.</summary>
    public string Name { get; } = name;

    /// <summary>Reads it; null where its text is the setting's own.</summary>
    internal Func<SettingSource, SettingReading<T>>? Read { get; }
}

/// <summary>What reading a variable gave: nothing, a value, a fault, or a value in spite of a fault.</summary>
internal readonly record struct SettingReading<T>
{
    /// <summary>The variable is not set.</summary>
    public static SettingReading<T> Unset => default;

    /// <summary>Whether there is a value.</summary>
    public bool HasValue { get; init; }

    /// <summary>The value.</summary>
    public T? Value { get; init; }

    /// <summary>The variable the value is from; null for the one that was read.</summary>
    public string? Name { get; init; }

    /// <summary>What is wrong, in a sentence; null for nothing.</summary>
    public string? Fault { get; init; }

    /// <summary>The variable the fault is in; null for the one that was read.</summary>
    public string? FaultName { get; init; }

    /// <summary>A value.</summary>
    public static SettingReading<T> Of(T value, string? name = null) => new() { HasValue = true, Value = value, Name = name };

    /// <summary>A fault.</summary>
    public static SettingReading<T> Invalid(string fault, string? name = null) => new() { Fault = fault, FaultName = name };
}
