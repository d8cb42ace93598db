using System.Collections.Immutable;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>How a setting becomes the text of a field, and the other way round.</summary>
/// <param name="Read">The text; a secret is never in it (see <see cref="FormField.Kept"/>).</param>
/// <param name="Write">The settings with what the text says; what cannot be read is told to the last argument.</param>
internal sealed record FieldText(Func<StudioSettings, string> Read, Func<StudioSettings, string, Action<string>, StudioSettings> Write)
{
    /// <summary>That of any setting that is no list of records.</summary>
    public static FieldText Of(SettingDefinition setting) => setting switch
    {
        SettingDefinition<ImmutableSortedDictionary<string, string>> pairs => OfPairs(pairs),
        { IsSecret: true } => new(
            settings => setting.TextOf(settings).Length == 0 ? "" : FormField.Kept,
            (settings, text, fault) => text == FormField.Kept ? settings : setting.WithText(settings, text, fault)),
        _ => new(setting.TextOf, setting.WithText),
    };

    /// <summary>That of a list of records.</summary>
    public static FieldText OfList<T>(SettingDefinition<ImmutableArray<T>> setting) where T : class, IEquatable<T>, new()
    {
        var drafts = new ItemDrafts<T>((ListFormat<T>)setting.Format);
        return new(
            settings => ItemDraft.Join(setting.Get(settings).Select(drafts.Of)),
            (settings, text, fault) => setting.Set(settings, drafts.Read(ItemDraft.Split(text), setting.Get(settings), fault)));
    }

    /// <summary>A row of secret pairs that was left as it is keeps the stored value, which the page never gets.</summary>
    private static FieldText OfPairs(SettingDefinition<ImmutableSortedDictionary<string, string>> setting) => new(
        settings => PairText.Join(setting.IsSecret ? PairText.Keep(setting.Get(settings).Keys) : setting.Get(settings)),
        (settings, text, fault) => setting.Set(settings, PairText.Recall(PairText.Read(text, fault), setting.Get(settings))));
}
