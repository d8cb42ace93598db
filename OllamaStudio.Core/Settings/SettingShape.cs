using System.Collections.Immutable;

namespace OllamaStudio.Core.Settings;

/// <summary>What a page must know of a format to draw an input for it.</summary>
/// <param name="Kind">What is put in.</param>
public sealed record SettingShape(SettingKind Kind)
{
    /// <summary>Least number; null where there is none.</summary>
    public double? Least { get; init; }

    /// <summary>Largest number; null where there is none.</summary>
    public double? Most { get; init; }

    /// <summary>What can be chosen, in order.</summary>
    public ImmutableArray<SettingOption> Options { get; init; } = [];

    /// <summary>What a switch does when it is on ("Send spans to the endpoint"), or what one row of pairs is called ("header").</summary>
    public string? Caption { get; init; }

    /// <summary>The value of the option that a text means, letter case aside; the text itself where it is none of them.</summary>
    public string Chosen(string text) => Options.FirstOrDefault(option => string.Equals(option.Text, text, StringComparison.OrdinalIgnoreCase))?.Text ?? text;
}

/// <summary>What is put in for a setting.</summary>
public enum SettingKind
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A text that a machine reads, such as an address.</summary>
    Code,

    /// <summary>On or off.</summary>
    Flag,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A number.</summary>
    Number,

    /// <summary>One of several.</summary>
    Choice,

    /// <summary>Texts, one a line.</summary>
    Lines,

    /// <summary>Rows of a name and a value.</summary>
    Pairs,

    /// <summary>A list of records.</summary>
    List,
}

/// <summary>One value that can be chosen.</summary>
/// <param name="Text">The value as a text.</param>
/// <param name="Label">What a person reads.</param>
/// <param name="Help">What it does, in a sentence; null where the label says it all.</param>
public sealed record SettingOption(string Text, string Label, string? Help);
