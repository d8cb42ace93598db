using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace OllamaStudio.Core.Settings;

/// <summary>One setting's key, label, variables, format and rule: all that is needed to read it from a layer.</summary>
internal sealed class SettingSpec<T>(string key, string label, SettingFormat<T> format)
{
    public string Key { get; } = key;

    /// <summary>What a person calls it; begins a sentence.</summary>
    public string Label { get; } = label;

    public SettingFormat<T> Format { get; } = format;

    /// <summary>Variables that fix it, the first found winning.</summary>
    public ImmutableArray<SettingVariable<T>> Variables { get; init; } = [];

    /// <summary>What is wrong with a value, in a sentence; null for nothing.</summary>
    public Func<T, string?> Rule { get; init; } = static _ => null;

    /// <summary>Reads the setting from one layer. Values that are faulty are reported and passed over.</summary>
    public bool TryRead(
        SettingSource source, ICollection<SettingFault> faults, [MaybeNullWhen(false)] out T value, out string from)
    {
        if (source.Own(Key) is { } raw)
        {
            from = source.Describe(source.OwnName(Key));
            if (TryCheck(raw, from, faults, out value))
            {
                return true;
            }
        }

        foreach (var variable in source.HasVariables ? Variables : [])
        {
            var reading = variable.Read is { } read ? read(source)
                : source[variable.Name] is not { } text ? SettingReading<T>.Unset
                : Format.TryRead(RawSetting.Of(text), out var parsed, out var error) ? SettingReading<T>.Of(parsed)
                : SettingReading<T>.Invalid(error);
            if (reading.Fault is { } fault)
            {
                faults.Add(new(Key, source.Describe(reading.FaultName ?? variable.Name), fault));
            }

            from = source.Describe(reading.Name ?? variable.Name);
            if (reading.HasValue && TryAccept(reading.Value!, from, faults, out value))
            {
                return true;
            }
        }

        (value, from) = (default, "");
        return false;
    }

    /// <summary>Reads and checks one value; a fault is reported.</summary>
    public bool TryCheck(RawSetting raw, string from, ICollection<SettingFault> faults, [MaybeNullWhen(false)] out T value)
    {
        if (Format.TryRead(raw, out var read, out var error))
        {
            return TryAccept(read, from, faults, out value);
        }

        faults.Add(new(Key, from, error));
        value = default;
        return false;
    }

    private bool TryAccept(T read, string from, ICollection<SettingFault> faults, [MaybeNullWhen(false)] out T value)
    {
        value = Format.Normalize(read);
        if (Rule(value) is not { } broken)
        {
            return true;
        }

        faults.Add(new(Key, from, broken));
        value = default;
        return false;
    }
}
