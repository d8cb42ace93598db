using System.Collections.Immutable;
using OllamaStudio.Core.Settings;
using OllamaStudio.Shared;

namespace OllamaStudio.Settings;

/// <summary>One field of the settings page: what is typed, what is in force, and what is to be said about it.</summary>
public sealed class FormField
{
    /// <summary>Stands for a stored secret that is to stay as it is; what is stored never reaches the page.</summary>
    public const string Kept = "\u001akept";

    private readonly FieldText _fieldText;
    private readonly Action<FormField> _edited;
    private string _text = "";

    internal FormField(SettingDefinition setting, string? fixedBy, Action<FormField> edited)
    {
        _fieldText = SettingEditors.TextOf(setting);
        _edited = edited;
        Setting = setting;
        FixedBy = fixedBy;
        Id = SettingLink.IdOf(setting.Key);
    }

    /// <summary>The setting that is edited.</summary>
    public SettingDefinition Setting { get; }

    /// <summary>The input's id on the page.</summary>
    public string Id { get; }

    /// <summary>What fixes the setting; null where it can be changed.</summary>
    public string? FixedBy { get; }

    /// <summary>Whether something fixes it.</summary>
    public bool IsFixed => FixedBy is not null;

    /// <summary>What is wrong with the text; null for nothing known.</summary>
    public string? Fault { get; internal set; }

    /// <summary>Where the setting is a list, what is wrong with its items one by one.</summary>
    public ImmutableArray<ItemFault> ItemFaults { get; internal set; } = [];

    /// <summary>A value of this setting that was passed over when the studio started; null for none.</summary>
    public SettingFault? PassedOver { get; internal set; }

    /// <summary>Of a secret, the field of the address that it goes to; null for none.</summary>
    public FormField? Server { get; internal set; }

    /// <summary>Whether what is stored was given for another server than is typed now: it does not go along, and is gone with the next save.</summary>
    public bool StaysBehind => !IsFixed && Server is { IsEdited: true } server && _text.Contains(Kept, StringComparison.Ordinal) && !SettingRules.IsSameServer(server.Text, server.InForce);

    /// <summary>Whether the setting in force has changed since this field was edited here.</summary>
    public bool ChangedElsewhere { get; private set; }

    /// <summary>The text of what is in force.</summary>
    public string InForce { get; private set; } = "";

    /// <summary>What is typed.</summary>
    public string Text
    {
        get => _text;
        set
        {
            if (value != _text)
            {
                _text = value ?? "";
                _edited(this);
            }
        }
    }

    /// <summary>Whether something else is typed than what is in force.</summary>
    public bool IsEdited => _text != InForce;

    /// <summary>What to know before typing, or of what is chosen; null for nothing.</summary>
    public string? Hint =>
        IsSecretText
            ? IsRemoved ? "The stored value is removed when you save."
            : IsStored ? $"A value is stored, encrypted. It is never shown; type a new one to replace it. {Setting.Help}".TrimEnd()
            : $"{Setting.Help} It is stored encrypted and never shown again.".TrimStart()
        : Setting.Shape.Options.FirstOrDefault(option => string.Equals(option.Text, _text, StringComparison.OrdinalIgnoreCase))?.Help ?? Setting.Help;

    /// <summary>Whether it is one secret in one input.</summary>
    public bool IsSecretText => Setting is { IsSecret: true, Shape.Kind: SettingKind.Text or SettingKind.Code };

    /// <summary>Whether a secret is stored, kept or not.</summary>
    public bool IsStored => InForce == Kept;

    /// <summary>Whether the stored secret goes with the next save, with nothing in its place.</summary>
    public bool IsRemoved => IsStored && _text.Length == 0;

    /// <summary>A secret that is typed; empty while a stored one is kept. Emptied again, it keeps what is stored.</summary>
    public string Secret { get => _text == Kept ? "" : _text; set => Text = string.IsNullOrEmpty(value) ? InForce : value; }

    /// <summary>Back to what is in force.</summary>
    public void Undo()
    {
        ChangedElsewhere = false;
        Text = InForce;
    }

    internal StudioSettings Write(StudioSettings settings, string text, Action<string> fault) => _fieldText.Write(settings, text, fault);

    /// <summary>Takes new settings in: a field that is not being edited follows, one that is keeps its text and says that it was overtaken.</summary>
    internal void Follow(StudioSettings settings)
    {
        var text = _fieldText.Read(settings);
        if (!IsEdited)
        {
            _text = text;
        }
        else if (text != InForce)
        {
            ChangedElsewhere = text != _text;
        }

        InForce = text;
    }

    /// <summary>Takes saved settings in; <paramref name="saved"/> is the text that was handed over, since when more may have been typed.</summary>
    internal void Accept(StudioSettings settings, string saved)
    {
        InForce = _fieldText.Read(settings);
        ChangedElsewhere = false;
        if (_text == saved)
        {
            _text = InForce;
        }
    }
}
