namespace OllamaStudio.Core.Settings;

/// <summary>A variable (or an argument of its name) that gives a setting.</summary>
/// <param name="Name">Its name, as a person set it.</param>
/// <param name="Read">Reads it; null where its text is the setting's own.</param>
internal sealed record SettingVariable<T>(string Name, Func<SettingSource, SettingReading<T>>? Read = null);

/// <summary>What reading a variable gave: nothing, a value, a fault, or a value in spite of a fault.</summary>
internal readonly record struct SettingReading<T>
{
    public static SettingReading<T> Unset => default;

    public bool HasValue { get; init; }

    public T? Value { get; init; }

    /// <summary>The variable the value is from; null for the one that was read.</summary>
    public string? Name { get; init; }

    /// <summary>What is wrong, in a sentence; null for nothing.</summary>
    public string? Fault { get; init; }

    /// <summary>The variable the fault is in; null for the one that was read.</summary>
    public string? FaultName { get; init; }

    public static SettingReading<T> Of(T value, string? name = null) => new() { HasValue = true, Value = value, Name = name };

    public static SettingReading<T> Invalid(string fault, string? name = null) => new() { Fault = fault, FaultName = name };
}
