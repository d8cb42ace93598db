using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace OllamaStudio.Core.Settings;

/// <summary>How values of one type are read from JSON and written to it, tidied, checked and compared. See <see cref="SettingFormats"/>.</summary>
public abstract class SettingFormat<T>
{
    private protected SettingFormat(SettingShape shape) => Shape = shape;

    /// <summary>What an input for it looks like.</summary>
    public SettingShape Shape { get; }

    /// <summary>Whether values hold secrets, so that they are protected in the file whatever the setting says.</summary>
    internal virtual bool HoldsSecrets => false;

    /// <summary>How many names may follow the setting's own key in configuration, the last one holding whatever is left.</summary>
    internal virtual int Depth => 1;

    /// <summary>
    /// Reads a value, written as <see cref="Write"/> does or as one text; false, with a sentence that says what would be right,
    /// where there is none. The sentence does not repeat what was read: it may be a secret.
    /// </summary>
    internal abstract bool TryRead(JsonNode? json, [MaybeNullWhen(false)] out T value, out string error);

    /// <summary>The value as JSON; null for a JSON <c>null</c>.</summary>
    internal virtual JsonNode? Write(T value) => JsonValue.Create(value);

    /// <summary>The value as it is kept: blanks around it removed, nothing where nothing is meant.</summary>
    internal virtual T Normalize(T value) => value;

    /// <summary>What keeps a value from being one of this format, in a sentence; null for nothing.</summary>
    internal virtual string? Check(T value) => null;

    /// <summary>What is wrong with single items, where the value is a list of them.</summary>
    public virtual ImmutableArray<ItemFault> CheckItems(T value) => [];
}
