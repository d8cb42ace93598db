using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace OllamaStudio.Core.Settings;

/// <inheritdoc/>
/// <param name="key">See <see cref="SettingDefinition.Key"/>.</param>
/// <param name="label">See <see cref="SettingDefinition.Label"/>.</param>
/// <param name="format">How its values are read and written.</param>
/// <param name="accessor">Where the value stands in the settings; null for a setting of the host, which is read by <see cref="TryRead(SettingsLayers, ICollection{SettingFault}, out T, out string)"/> before there are any.</param>
public sealed class SettingDefinition<T>(string key, string label, SettingFormat<T> format, SettingAccessor<T>? accessor = null)
    : SettingDefinition(key, label, format.Shape, isOfStudio: accessor is not null)
{
    /// <summary>What is wrong with a value, in a sentence; null for nothing. What the format refuses never comes here.</summary>
    public Func<T, string?> Rule { get; init; } = static _ => null;

    /// <summary>How its values are read and written.</summary>
    public SettingFormat<T> Format => format;

    internal override bool IsProtected => IsSecret || format.HoldsSecrets;

    private SettingAccessor<T> Accessor => accessor ?? throw new InvalidOperationException($"{Key} is a setting of the host.");

    /// <summary>The value.</summary>
    public T Get(StudioSettings settings) => Accessor.Get(settings);

    /// <summary>The settings with that value.</summary>
    public StudioSettings Set(StudioSettings settings, T value) => Accessor.Set(settings, value);

    /// <inheritdoc/>
    public override JsonNode? ToJson(StudioSettings settings) => format.Write(Get(settings));

    /// <inheritdoc/>
    public override StudioSettings WithJson(StudioSettings settings, JsonNode? json, Action<string> fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (format.TryRead(json, out var value, out var error))
        {
            return Set(settings, value);
        }

        fault(error);
        return settings;
    }

    /// <summary>Reads a setting of the host: command line before environment before appsettings.json. Values that are faulty are reported and passed over.</summary>
    /// <param name="layers">Where to read.</param>
    /// <param name="faults">Takes what is wrong.</param>
    /// <param name="value">The value.</param>
    /// <param name="from">Where it comes from, for a person: <c>PORT</c>, <c>--PORT</c>, <c>appsettings.json</c>; null for nowhere.</param>
    /// <returns>False where no layer gives one.</returns>
    public bool TryRead(
        SettingsLayers layers, ICollection<SettingFault> faults, [MaybeNullWhen(false)] out T value, [NotNullWhen(true)] out string? from)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(faults);
        return TryRead([.. layers.Fixing, layers.Beneath], faults, out value, out from);
    }

    internal override StudioSettings Apply(
        IEnumerable<SettingSource> sources, StudioSettings settings, ICollection<SettingFault> faults, out string? from) =>
        TryRead(sources, faults, out var value, out from) ? Set(settings, value) : settings;

    internal override StudioSettings Load(SettingsDocument saved, StudioSettings settings, StudioSettings beneath, ICollection<SettingFault> faults)
    {
        if (!saved.TryGet(FilePath, out var json))
        {
            return settings;
        }

        string? server = null;
        if (IsProtected && !saved.TryOpen(ref json, out server))
        {
            faults.Add(new(Key, SettingsFile.Name, "It was saved, but cannot be read any more (another machine, or a lost key). Enter it again."));
            return settings;
        }

        var isUnbound = false;
        if (Server is { } address && json is not null && AddressOf(settings) is { Length: > 0 } inForce)
        {
            // An earlier version did not say which server it is for: then it is the one that was saved beside it. Where none was, it was typed for one
            // that a variable gives, and that is the one in force.
            isUnbound = server is null && !saved.TryGet(address.FilePath, out _);
            if (!isUnbound && !SettingRules.IsSameServer(server ?? AddressOf(address.Load(saved, beneath, beneath, [])), inForce))
            {
                faults.Add(new(Key, SettingsFile.Name, $"It was saved for another server than that of {address.Label} and is not sent there. Enter it again."));
                return settings;
            }
        }

        if (!TryTake(json, SettingsFile.Name, faults, out var value))
        {
            return settings;
        }

        var loaded = Set(settings, value);
        if (isUnbound)
        {
            TryBind(loaded, saved);
        }

        return loaded;
    }

    // From the next save on the file says which server it is for.
    private void TryBind(StudioSettings settings, SettingsDocument saved)
    {
        try
        {
            Save(settings, saved);
        }
        catch (Exception)
        {
            // It stays as it was saved: whatever keeps it from being protected is told when a person saves it.
        }
    }

    internal override void Save(StudioSettings settings, SettingsDocument saved) =>
        saved.Set(FilePath, IsProtected ? saved.Seal(ToJson(settings), AddressOf(settings) is { } address ? SettingRules.ServerOf(address) : null) : ToJson(settings));

    internal override StudioSettings Withhold(StudioSettings before, StudioSettings next)
    {
        if (Server is null || SettingRules.IsSameServer(AddressOf(before), AddressOf(next)))
        {
            return next;
        }

        // Whether it was typed again, the same, nobody can tell.
        var (old, value) = (ToJson(before), ToJson(next));
        if (value is not JsonObject pairs)
        {
            return value is not null && JsonNode.DeepEquals(old, value) ? Carry(new(), next) : next;
        }

        var typed = pairs.Where(pair => !JsonNode.DeepEquals(pair.Value, old?[pair.Key])).Select(static pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())).ToList();
        return typed.Count == pairs.Count ? next : WithJson(next, new JsonObject(typed), static _ => { });
    }

    private string? AddressOf(StudioSettings settings) => Server?.ToJson(settings).Text();

    internal override StudioSettings Carry(StudioSettings from, StudioSettings to)
    {
        var value = format.Normalize(Get(from));
        return JsonNode.DeepEquals(format.Write(value), ToJson(to)) ? to : Set(to, value);
    }

    internal override SettingFault? Check(StudioSettings settings) => Check(Get(settings), null);

    private SettingFault? Check(T value, string? source) =>
        (format.Check(value) ?? Rule(value)) is { } broken ? new(Key, source, broken) { Items = format.CheckItems(value) } : null;

    private bool TryRead(
        IEnumerable<SettingSource> sources, ICollection<SettingFault> faults, [MaybeNullWhen(false)] out T value, [NotNullWhen(true)] out string? from)
    {
        foreach (var (json, name) in sources.SelectMany(source => Read(source, faults)))
        {
            if (TryTake(json, from = name, faults, out value))
            {
                return true;
            }
        }

        (value, from) = (default, null);
        return false;
    }

    /// <summary>What a layer gives for the setting, and under which names, highest first.</summary>
    private IEnumerable<(JsonNode Json, string From)> Read(SettingSource source, ICollection<SettingFault> faults)
    {
        foreach (var path in StoredAt is null ? [Key] : new[] { Key, StoredAt })
        {
            if (source.Own(path, format.Depth) is { } json)
            {
                yield return (json, source.Describe(source.OwnName(path)));
            }
        }

        foreach (var variable in source.HasVariables ? Variables : [])
        {
            var reading = variable.Read?.Invoke(source) ?? new(source[variable.Name]);
            if (reading.Fault is { } fault)
            {
                faults.Add(new(Key, source.Describe(reading.FaultName ?? variable.Name), fault));
            }

            if (reading.Value is { } json)
            {
                yield return (json, source.Describe(reading.Name ?? variable.Name));
            }
        }
    }

    private bool TryTake(JsonNode? json, string from, ICollection<SettingFault> faults, [MaybeNullWhen(false)] out T value)
    {
        var fault = format.TryRead(json, out var read, out var error) ? Check(format.Normalize(read), from) : new(Key, from, error);
        if (fault is null)
        {
            value = format.Normalize(read!);
            return true;
        }

        faults.Add(fault);
        value = default;
        return false;
    }
}

/// <summary>Where a value stands in the settings: how it is read there, and how settings are made that have another.</summary>
/// <param name="Get">Reads it.</param>
/// <param name="Set">Gives the settings with that value in place of theirs.</param>
public sealed record SettingAccessor<T>(Func<StudioSettings, T> Get, Func<StudioSettings, T, StudioSettings> Set)
{
    /// <summary>The place of a value within this one.</summary>
    public SettingAccessor<TPart> Then<TPart>(Func<T, TPart> get, Func<T, TPart, T> set) =>
        new(settings => get(Get(settings)), (settings, part) => Set(settings, set(Get(settings), part)));
}
