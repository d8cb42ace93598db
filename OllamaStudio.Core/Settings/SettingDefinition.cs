using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace OllamaStudio.Core.Settings;

/// <summary>
/// One setting, whatever its type. All there is to say of it stands in its definition and nowhere else: the engine, the
/// settings page and the README's table are made of definitions, which each feature contributes for its own settings.
/// </summary>
public abstract class SettingDefinition
{
    private protected SettingDefinition(string key, string label, SettingShape shape, bool isOfStudio)
    {
        Key = key;
        Label = label;
        Shape = shape;
        IsOfStudio = isOfStudio;
    }

    /// <summary>
    /// Its path in settings.json and in the section <c>OllamaStudio</c> of appsettings.json and, with the section before it,
    /// a name on the command line (<c>--OllamaStudio:Telemetry:SamplingRatio=0.5</c>). Never changed: files hold it.
    /// </summary>
    public string Key { get; }

    /// <summary>What a person calls it; begins a sentence.</summary>
    public string Label { get; }

    /// <summary>What to know before setting it, in sentences; null where the label says it all.</summary>
    public string? Help { get; init; }

    /// <summary>The section of the page that it stands in; null for one that the page does not change.</summary>
    public SettingGroup? Group { get; init; }

    /// <summary>Whether it stands with the advanced ones.</summary>
    public bool IsAdvanced { get; init; }

    /// <summary>What its input says while it is empty; null for nothing.</summary>
    public string? Placeholder { get; init; }

    /// <summary>The input's <c>data-testid</c>, where there is one input.</summary>
    public string? TestId { get; init; }

    /// <summary>What the README's table says of its first variable, in Markdown; null where it is not in the table.</summary>
    public string? Meaning { get; init; }

    /// <summary>What that table gives as its default, in Markdown; null for the default value itself.</summary>
    public string? DefaultText { get; init; }

    /// <summary>
    /// The path that settings.json keeps it under, where it has moved; a number in it is a place in a list. Every layer may
    /// give it there or under <see cref="Key"/>; what the file has under the key moves with the next save.
    /// </summary>
    public string? StoredAt { get; init; }

    /// <summary>Whether its value is a secret: protected in the file and never shown. A list whose items hold secrets is protected without this.</summary>
    public bool IsSecret { get; init; }

    /// <summary>
    /// Of a secret, the setting whose address it goes to; null for none. The server is saved with it, and it goes to no other: where the address is
    /// that of another one, whoever changed it, the secret has to be given anew.
    /// </summary>
    public SettingDefinition? Server { get; init; }

    /// <summary>What an input for it looks like.</summary>
    public SettingShape Shape { get; }

    /// <summary>Variables that fix it, the first found winning.</summary>
    public ImmutableArray<SettingVariable> Variables { get; init; } = [];

    /// <summary>What it is found by, on the page and in the palette.</summary>
    public string SearchWords => string.Join(' ', Variables.Select(static variable => variable.Name).Concat([Group?.Title, Label, Help, Shape.Caption, Key.Replace(':', ' ')]));

    /// <summary>Its default as the README's table gives it.</summary>
    public string DescribeDefault() => DefaultText ?? (IsOfStudio && ToJson(new()).Text() is { Length: > 0 } text ? $"`{text}`" : "none");

    /// <summary>Its value as JSON.</summary>
    /// <exception cref="InvalidOperationException">It is a setting of the host.</exception>
    public abstract JsonNode? ToJson(StudioSettings settings);

    /// <summary>The settings with what the JSON says, be it only a text.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="json">What is wanted.</param>
    /// <param name="fault">Told where it cannot be read; the settings then stay.</param>
    public abstract StudioSettings WithJson(StudioSettings settings, JsonNode? json, Action<string> fault);

    /// <summary>Whether it is part of <see cref="StudioSettings"/>, and not one that the host reads before there are any.</summary>
    internal bool IsOfStudio { get; }

    /// <summary>Whether the file keeps it protected: it is a secret, or a list whose items hold some.</summary>
    internal abstract bool IsProtected { get; }

    /// <summary>Where the file keeps it.</summary>
    internal string FilePath => StoredAt ?? Key;

    /// <summary><paramref name="settings"/> with the value of the first of the layers that gives one; <paramref name="from"/> is null where none does.</summary>
    internal abstract StudioSettings Apply(
        IEnumerable<SettingSource> sources, StudioSettings settings, ICollection<SettingFault> faults, out string? from);

    /// <summary><paramref name="settings"/> with the value that is saved, unless it is a secret for another server than theirs.</summary>
    /// <param name="saved">The file.</param>
    /// <param name="settings">As they are so far: with the address in force, for that stands before its secrets.</param>
    /// <param name="beneath">What holds where nothing is saved.</param>
    /// <param name="faults">Takes what is wrong.</param>
    internal abstract StudioSettings Load(SettingsDocument saved, StudioSettings settings, StudioSettings beneath, ICollection<SettingFault> faults);

    /// <summary><paramref name="next"/> without a secret that was given for the server of <paramref name="before"/>, where that is another one; of pairs, without those values. The same instance where there is none.</summary>
    internal abstract StudioSettings Withhold(StudioSettings before, StudioSettings next);

    /// <summary>Puts the value where it is saved. Throws what the protector throws.</summary>
    internal abstract void Save(StudioSettings settings, SettingsDocument saved);

    /// <summary><paramref name="to"/> with the value of <paramref name="from"/>, tidied; the same instance where the two mean the same.</summary>
    internal abstract StudioSettings Carry(StudioSettings from, StudioSettings to);

    /// <summary>What is wrong with the value; null for nothing.</summary>
    internal abstract SettingFault? Check(StudioSettings settings);
}

/// <summary>Settings that stand together on the page, under one heading.</summary>
/// <param name="Id">The section's id on the page, for links to it.</param>
/// <param name="Title">Its heading.</param>
public sealed record SettingGroup(string Id, string Title)
{
    /// <summary>What to know of all of them, below the heading, in sentences; null for nothing.</summary>
    public string? Help { get; init; }
}
