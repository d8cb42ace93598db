using System.Collections.Frozen;
using System.Collections.Immutable;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>
/// What is typed on the settings page, without a renderer. Only edited fields are written, over whatever is in force by
/// then, so that two pages undo nothing of each other's. For use by one page, on its own thread.
/// </summary>
public sealed class SettingsForm
{
    private readonly SettingsService _settings;
    private readonly ImmutableArray<FormField> _fields;
    private readonly FrozenDictionary<string, FormField> _byKey;

    /// <summary>Begins with what is in force.</summary>
    public SettingsForm(SettingsService settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _fields =
        [
            .. settings.Catalog.OfStudio
                .Where(setting => setting.Group is not null)
                .OrderBy(setting => setting.IsAdvanced)
                .Select(setting => new FormField(setting, settings.FixedBy(setting.Key), OnEdited)),
        ];
        _byKey = _fields.ToFrozenDictionary(field => field.Setting.Key, StringComparer.Ordinal);
        foreach (var field in _fields)
        {
            field.Server = field.Setting.Server is { } server ? _byKey.GetValueOrDefault(server.Key) : null;
        }

        Follow();
    }

    /// <summary>Raised when a field was edited.</summary>
    public event Action? Edited;

    /// <summary>The fields, in the order of the page.</summary>
    public IReadOnlyList<FormField> Fields => _fields;

    /// <summary>How many fields differ from what is in force.</summary>
    public int EditedCount => _fields.Count(each => each.IsEdited);

    /// <summary>Fields with something wrong, in the order of the page.</summary>
    public IEnumerable<FormField> Faulty => _fields.Where(each => each.Fault is not null);

    /// <summary>The field of that setting.</summary>
    public FormField this[string key] => _byKey[key];

    /// <summary>Takes in what is in force now.</summary>
    public void Follow()
    {
        var settings = _settings.Current;
        var passedOver = _settings.Faults;
        foreach (var field in _fields)
        {
            field.Follow(settings);
            field.PassedOver = passedOver.FirstOrDefault(fault => fault.Key == field.Setting.Key);
        }
    }

    /// <summary>Says what is wrong with the edited fields.</summary>
    public void Check()
    {
        var edited = EditedTexts();
        var (wanted, unreadable) = Write(_settings.Current, edited);
        Show([.. unreadable, .. _settings.Check(wanted)]);
    }

    /// <summary>Saves what is edited: all of it or, where anything is wrong, nothing; the faults then stand at their fields.</summary>
    public async Task<SettingsSaveResult> SaveAsync(CancellationToken cancellationToken)
    {
        var edited = EditedTexts();
        var (wanted, unreadable) = Write(_settings.Current, edited);
        var result = unreadable.Count > 0
            ? new SettingsSaveResult { Faults = [.. unreadable, .. _settings.Check(wanted)] }
            : await _settings.SaveAsync(current => Write(current, edited).Settings, Given(edited), cancellationToken);
        Show(result.Faults);
        if (result.Succeeded)
        {
            foreach (var (field, text) in edited)
            {
                field.Accept(_settings.Current, text);
            }

            Follow();
        }

        return result;
    }

    /// <summary>Forgets what is typed.</summary>
    public void Discard()
    {
        foreach (var field in _fields)
        {
            field.Undo();
            field.Fault = null;
            field.ItemFaults = [];
        }

        Follow();
    }

    private static List<string> Given(List<(FormField Field, string Text)> edited) =>
        [.. edited.Where(static one => one.Field.Setting.Server is not null && !one.Text.Contains(FormField.Kept, StringComparison.Ordinal)).Select(static one => one.Field.Setting.Key)];

    private static (StudioSettings Settings, List<SettingFault> Unreadable) Write(StudioSettings settings, List<(FormField Field, string Text)> edited)
    {
        var unreadable = new List<SettingFault>();
        foreach (var (field, text) in edited)
        {
            settings = field.Write(settings, text, message => unreadable.Add(new(field.Setting.Key, null, message)));
        }

        return (settings, unreadable);
    }

    private List<(FormField Field, string Text)> EditedTexts() => [.. _fields.Where(field => field.IsEdited).Select(field => (field, field.Text))];

    private void Show(ImmutableArray<SettingFault> faults)
    {
        foreach (var field in _fields)
        {
            var own = faults.Where(fault => fault.Key == field.Setting.Key).ToList();
            field.Fault = own.FirstOrDefault()?.Message;
            field.ItemFaults = [.. own.SelectMany(fault => fault.Items)];
        }
    }

    private void OnEdited(FormField field)
    {
        // A fault goes as soon as it is mended; a new one waits until the field is left.
        if (field.Fault is not null)
        {
            Check();
        }

        Edited?.Invoke();
    }
}
