using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace OllamaStudio.Core.Settings;

/// <summary>How values of one type are read from text, written to JSON, tidied, checked and compared. See <see cref="SettingFormats"/>.</summary>
public abstract class SettingFormat<T>
{
    private protected SettingFormat(SettingShape shape) => Shape = shape;

    /// <summary>What an input for it looks like.</summary>
    public SettingShape Shape { get; }

    /// <summary>Whether values hold secrets, so that they are protected in the file whatever the setting says.</summary>
    internal virtual bool HoldsSecrets => false;

    /// <summary>Reads a value; false, with a sentence that says what would be right, where there is none. The sentence does not repeat what was read: it may be a secret.</summary>
    internal abstract bool TryRead(RawSetting raw, [MaybeNullWhen(false)] out T value, out string error);

    /// <summary>A value that was saved as JSON, taken apart as far as this format reads it.</summary>
    /// <exception cref="FormatException">It is of a shape that this format never has.</exception>
    internal virtual RawSetting Take(JsonNode? node) => RawSetting.Of(node);

    /// <summary>The value as JSON; null for a JSON <c>null</c>.</summary>
    internal abstract JsonNode? Write(T value);

    /// <summary>The value as one text, which <see cref="TryRead"/> reads back.</summary>
    internal virtual string ToText(T value) => Write(value)?.ToString() ?? "";

    /// <summary>The value as it is kept: blanks around it removed, nothing where nothing is meant.</summary>
    internal virtual T Normalize(T value) => value;

    /// <summary>Whether both mean the same.</summary>
    internal virtual bool Same(T left, T right) => EqualityComparer<T>.Default.Equals(left, right);

    /// <summary>What keeps a value from being one of this format, in a sentence; null for nothing.</summary>
    internal virtual string? Check(T value) => null;

    /// <summary>What is wrong with single items, where the value is a list of them.</summary>
    internal virtual ImmutableArray<ItemFault> CheckItems(T value) => [];
}
