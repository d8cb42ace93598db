using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>One field of the settings page: what is typed, what is in force, and what is to be said about it.</summary>
public sealed class FormField
{
    /// <summary>Stands for a stored secret that is to stay as it is; what is stored never reaches the page.</summary>
    public const string Kept = "\u001akept";

    /// <summary>Text of a switch that is on.</summary>
    public const string On = "on";

    /// <summary>Text of a switch that is off.</summary>
    public const string Off = "off";

    private readonly FormFieldSpec _spec;
    private readonly Action<FormField> _edited;
    private string _text = "";

    internal FormField(FormFieldSpec spec, string? fixedBy, Action<FormField> edited)
    {
        _spec = spec;
        _edited = edited;
        FixedBy = fixedBy;
        Label = SettingsService.LabelOf(spec.Key);
        Id = "field-" + spec.Key.Replace(':', '-').ToLowerInvariant();
    }

    /// <summary>The setting's key.</summary>
    public string Key => _spec.Key;

    /// <summary>What the setting is called.</summary>
    public string Label { get; }

    /// <summary>The input's id on the page.</summary>
    public string Id { get; }

    /// <summary>What fixes the setting; null where it can be changed.</summary>
    public string? FixedBy { get; }

    /// <summary>What is wrong with the text; null for nothing known.</summary>
    public string? Fault { get; internal set; }

    /// <summary>A value of this setting that was passed over when the studio started; null for none.</summary>
    public SettingFault? PassedOver { get; internal set; }

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

    /// <summary>The text of a field that is a switch.</summary>
    public bool IsOn { get => _text == On; set => Text = value ? On : Off; }

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

    internal StudioSettings Write(StudioSettings settings, string text, Action<string> fault) => _spec.Write(settings, text, fault);

    /// <summary>Takes new settings in: a field that is not being edited follows, one that is keeps its text and says that it was overtaken.</summary>
    internal void Follow(StudioSettings settings)
    {
        var text = _spec.Read(settings);
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
        InForce = _spec.Read(settings);
        ChangedElsewhere = false;
        if (_text == saved)
        {
            _text = InForce;
        }
    }
}
