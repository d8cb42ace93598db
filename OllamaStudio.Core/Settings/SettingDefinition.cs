using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OllamaStudio.Core.Settings;

/// <summary>One setting within <see cref="StudioSettings"/>, whatever its type.</summary>
internal abstract class SettingDefinition(string key, string label)
{
    public string Key { get; } = key;

    public string Label { get; } = label;

    /// <summary>Whether its value is protected in the file.</summary>
    public bool IsSecret { get; init; }

    /// <summary><paramref name="settings"/> with the value that <paramref name="source"/> gives; <paramref name="from"/> is null where it gives none.</summary>
    public abstract StudioSettings Apply(SettingSource source, StudioSettings settings, ICollection<SettingFault> faults, out string? from);

    /// <summary><paramref name="settings"/> with the value that was saved as <paramref name="node"/>.</summary>
    public abstract StudioSettings Load(
        JsonNode? node, string from, ISecretProtector protector, StudioSettings settings, ICollection<SettingFault> faults);

    /// <summary>The value as it is saved. Throws what the protector throws.</summary>
    public abstract JsonNode? Save(StudioSettings settings, ISecretProtector protector);

    /// <summary><paramref name="to"/> with the value of <paramref name="from"/>, tidied; the same instance where the two mean the same.</summary>
    public abstract StudioSettings Carry(StudioSettings from, StudioSettings to);

    /// <summary>What is wrong with the value, in a sentence; null for nothing.</summary>
    public abstract string? Check(StudioSettings settings);
}

/// <inheritdoc/>
internal sealed class SettingDefinition<T>(
    SettingSpec<T> spec, Func<StudioSettings, T> get, Func<StudioSettings, T, StudioSettings> set) : SettingDefinition(spec.Key, spec.Label)
{
    /// <summary>The property that marks a value as protected: <c>{"$protected": "CfDJ8…"}</c>.</summary>
    private const string ProtectedProperty = "$protected";

    public override StudioSettings Apply(SettingSource source, StudioSettings settings, ICollection<SettingFault> faults, out string? from)
    {
        if (!spec.TryRead(source, faults, out var value, out var found))
        {
            from = null;
            return settings;
        }

        from = found;
        return set(settings, value);
    }

    public override StudioSettings Load(
        JsonNode? node, string from, ISecretProtector protector, StudioSettings settings, ICollection<SettingFault> faults)
    {
        try
        {
            if (IsSecret && !TryOpen(ref node, protector))
            {
                faults.Add(new(Key, from, "It was saved, but cannot be read any more (another machine, or a lost key). Enter it again."));
                return settings;
            }

            return spec.TryCheck(spec.Format.Take(node), from, faults, out var value) ? set(settings, value) : settings;
        }
        catch (FormatException malformed)
        {
            faults.Add(new(Key, from, malformed.Message));
            return settings;
        }
    }

    public override JsonNode? Save(StudioSettings settings, ISecretProtector protector)
    {
        var node = spec.Format.Write(get(settings));
        return IsSecret && node is not null
            ? new JsonObject { [ProtectedProperty] = protector.Protect(node.ToJsonString()) }
            : node;
    }

    public override StudioSettings Carry(StudioSettings from, StudioSettings to)
    {
        var value = spec.Format.Normalize(get(from));
        return spec.Format.Same(value, get(to)) ? to : set(to, value);
    }

    public override string? Check(StudioSettings settings) => spec.Rule(get(settings));

    /// <summary>Opens a protected value. One in clear text, written by hand, is taken as it is; the next save protects it.</summary>
    private static bool TryOpen([MaybeNull] ref JsonNode? node, ISecretProtector protector)
    {
        if (node is not JsonObject { Count: 1 } wrapper || wrapper[ProtectedProperty] is not JsonValue sealedValue)
        {
            return true;
        }

        try
        {
            if (sealedValue.TryGetValue<string>(out var text) && protector.TryUnprotect(text) is { } opened)
            {
                node = JsonNode.Parse(opened);
                return true;
            }
        }
        catch (JsonException)
        {
            // Opened to something that was never written here: the same as not opened.
        }

        return false;
    }
}
