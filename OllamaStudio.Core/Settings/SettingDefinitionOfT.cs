using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
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
    /// <summary>The property that marks a value as protected: <c>{"$protected": "CfDJ8…"}</c>.</summary>
    private const string ProtectedProperty = "$protected";

    /// <summary>Variables that fix it, the first found winning.</summary>
    public ImmutableArray<SettingVariable<T>> Variables { get; init; } = [];

    /// <summary>What is wrong with a value, in a sentence; null for nothing. What the format refuses never comes here.</summary>
    public Func<T, string?> Rule { get; init; } = static _ => null;

    /// <summary>How its values are read and written.</summary>
    public SettingFormat<T> Format => format;

    /// <inheritdoc/>
    public override IEnumerable<string> VariableNames => Variables.Select(variable => variable.Name);

    private bool IsProtected => IsSecret || format.HoldsSecrets;

    private SettingAccessor<T> Accessor => accessor ?? throw new InvalidOperationException($"{Key} is a setting of the host.");

    /// <summary>The value.</summary>
    public T Get(StudioSettings settings) => Accessor.Get(settings);

    /// <summary>The settings with that value.</summary>
    public StudioSettings Set(StudioSettings settings, T value) => Accessor.Set(settings, value);

    /// <inheritdoc/>
    public override string TextOf(StudioSettings settings) => format.ToText(Get(settings));

    /// <inheritdoc/>
    public override StudioSettings WithText(StudioSettings settings, string text, Action<string> fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (format.TryRead(RawSetting.Of(text), out var value, out var error))
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
    /// <param name="from">Where it comes from, for a person: <c>PORT</c>, <c>--PORT</c>, <c>appsettings.json</c>.</param>
    /// <returns>False where no layer gives one.</returns>
    public bool TryRead(SettingsLayers layers, ICollection<SettingFault> faults, [MaybeNullWhen(false)] out T value, out string from)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(faults);
        foreach (var source in SettingSource.Fixing(layers).Append(SettingSource.AppSettings(layers)))
        {
            if (TryRead(source, faults, out value, out from))
            {
                return true;
            }
        }

        (value, from) = (default, "");
        return false;
    }

    internal override StudioSettings Apply(SettingSource source, StudioSettings settings, ICollection<SettingFault> faults, out string? from)
    {
        if (!TryRead(source, faults, out var value, out var found))
        {
            from = null;
            return settings;
        }

        from = found;
        return Set(settings, value);
    }

    internal override StudioSettings Load(SettingsFile file, ISecretProtector protector, StudioSettings settings, ICollection<SettingFault> faults)
    {
        if (!file.TryGet(FilePath, out var node))
        {
            return settings;
        }

        try
        {
            if (IsProtected && !TryOpen(ref node, protector))
            {
                faults.Add(new(Key, SettingsFile.Name, "It was saved, but cannot be read any more (another machine, or a lost key). Enter it again."));
                return settings;
            }

            return TryCheck(format.Take(node), SettingsFile.Name, faults, out var value) ? Set(settings, value) : settings;
        }
        catch (FormatException malformed)
        {
            faults.Add(new(Key, SettingsFile.Name, malformed.Message));
            return settings;
        }
    }

    internal override void Save(StudioSettings settings, ISecretProtector protector, SettingsFile file)
    {
        var node = format.Write(Get(settings));
        file.Set(FilePath, IsProtected && node is not null ? new JsonObject { [ProtectedProperty] = protector.Protect(node.ToJsonString()) } : node);
    }

    internal override StudioSettings Carry(StudioSettings from, StudioSettings to)
    {
        var value = format.Normalize(Get(from));
        return format.Same(value, Get(to)) ? to : Set(to, value);
    }

    internal override SettingFault? Check(StudioSettings settings) => Check(Get(settings), null);

    private SettingFault? Check(T value, string? source) =>
        (format.Check(value) ?? Rule(value)) is { } broken ? new(Key, source, broken) { Items = format.CheckItems(value) } : null;

    private bool TryRead(SettingSource source, ICollection<SettingFault> faults, [MaybeNullWhen(false)] out T value, out string from)
    {
        foreach (var path in StoredAt is null ? [Key] : new[] { Key, StoredAt })
        {
            from = source.Describe(source.OwnName(path));
            if (source.Own(path) is { } raw && TryCheck(raw, from, faults, out value))
            {
                return true;
            }
        }

        foreach (var variable in source.HasVariables ? Variables : [])
        {
            var reading = variable.Read is { } read ? read(source)
                : source[variable.Name] is not { } text ? SettingReading<T>.Unset
                : format.TryRead(RawSetting.Of(text), out var parsed, out var error) ? SettingReading<T>.Of(parsed)
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

    private bool TryCheck(RawSetting raw, string from, ICollection<SettingFault> faults, [MaybeNullWhen(false)] out T value)
    {
        if (format.TryRead(raw, out var read, out var error))
        {
            return TryAccept(read, from, faults, out value);
        }

        faults.Add(new(Key, from, error));
        value = default;
        return false;
    }

    private bool TryAccept(T read, string from, ICollection<SettingFault> faults, [MaybeNullWhen(false)] out T value)
    {
        value = format.Normalize(read);
        if (Check(value, from) is not { } broken)
        {
            return true;
        }

        faults.Add(broken);
        value = default;
        return false;
    }

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
