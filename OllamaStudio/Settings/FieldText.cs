using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>How a setting becomes the text of a field, and the other way round.</summary>
/// <param name="Read">The text; a secret is never in it (see <see cref="KeptSecret"/>).</param>
/// <param name="Write">The settings with what the text says; what cannot be read is told to the last argument.</param>
internal sealed record FieldText(Func<StudioSettings, string> Read, Func<StudioSettings, string, Action<string>, StudioSettings> Write)
{
    /// <summary>That of any setting that is no list of records.</summary>
    public static FieldText Of(SettingDefinition setting) => new(
        settings => Show(setting.IsSecret ? KeptSecret.Hide(setting.ToJson(settings)) : setting.ToJson(settings)),
        (settings, text, fault) => setting.WithJson(settings, KeptSecret.Recall(Parse(text, setting.Shape.Kind, fault), setting.ToJson(settings)), fault));

    /// <summary>That of a list of records.</summary>
    public static FieldText OfList<T>(SettingDefinition<ImmutableArray<T>> setting) where T : class, new()
    {
        var drafts = new ItemDrafts<T>((ListFormat<T>)setting.Format);
        return new(
            settings => ItemDraft.Join(setting.Get(settings).Select(drafts.Of)),
            (settings, text, fault) => setting.Set(settings, drafts.Read(ItemDraft.Split(text), setting.Get(settings), fault)));
    }

    /// <summary>A value as the text of its input: lines one a line, pairs as <see cref="PairText"/> has them.</summary>
    public static string Show(JsonNode? value) => value switch
    {
        JsonArray lines => string.Join('\n', lines),
        JsonObject pairs => PairText.Join(pairs.Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.ToString() ?? ""))),
        _ => value?.ToString() ?? "",
    };

    /// <summary>The value that such a text says.</summary>
    public static JsonNode Parse(string text, SettingKind kind, Action<string> fault) => kind switch
    {
        SettingKind.Lines => new JsonArray(
            [.. text.ReplaceLineEndings("\n").Split('\n').Where(line => line.Length > 0).Select(line => JsonValue.Create(line))]),
        SettingKind.Pairs => PairText.Read(text, fault),
        _ => text,
    };
}
