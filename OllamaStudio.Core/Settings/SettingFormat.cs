using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace OllamaStudio.Core.Settings;

/// <summary>How values of one type are read from text, written to JSON, tidied and compared.</summary>
internal abstract class SettingFormat<T>
{
    /// <summary>Reads a value; false, with a sentence that says what would be right, where there is none. The sentence does not repeat what was read: it may be a secret.</summary>
    public abstract bool TryRead(RawSetting raw, [MaybeNullWhen(false)] out T value, out string error);

    /// <summary>A value that was saved as JSON, taken apart as far as this format reads it.</summary>
    /// <exception cref="FormatException">It is of a shape that this format never has.</exception>
    public virtual RawSetting Take(JsonNode? node) => RawSetting.Of(node);

    /// <summary>The value as JSON; null for a JSON <c>null</c>.</summary>
    public abstract JsonNode? Write(T value);

    /// <summary>The value as it is kept: blanks around it removed, nothing where nothing is meant.</summary>
    public virtual T Normalize(T value) => value;

    /// <summary>Whether both mean the same.</summary>
    public virtual bool Same(T left, T right) => EqualityComparer<T>.Default.Equals(left, right);
}
