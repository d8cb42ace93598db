namespace OllamaStudio.Core.Settings;

/// <summary>How much message content is put on spans.</summary>
public enum CaptureLevel
{
    /// <summary>No content anywhere: lengths and counts only.</summary>
    Off,

    /// <summary>Previews of at most 1000 characters.</summary>
    Preview,

    /// <summary>Previews and whole messages.</summary>
    Full,
}
