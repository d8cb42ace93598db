namespace OllamaStudio.Core.Telemetry.Capture;

/// <summary>
/// Redacts texts, and keeps what came of the newest short ones: a model's name, a prompt and an answer stand in several attributes of a turn, and every
/// rule would look through them again for each. Safe for concurrent use.
/// </summary>
/// <param name="redactor">Redacts.</param>
internal sealed class InspectedTexts(Redactor redactor)
{
    /// <summary>Longest text that is kept, in UTF-16 characters: a turn's spans hold on to this while they wait to be sent.</summary>
    public const int MaxLength = 4_096;

    private const int MaxTexts = 8;

    private readonly Lock _gate = new();
    private readonly (string Text, RedactedText Redacted)[] _kept = new (string, RedactedText)[MaxTexts];
    private int _next;

    /// <summary>The text with everything hidden that a rule matches, and what that was.</summary>
    public RedactedText Inspect(string text)
    {
        if (text.Length is 0 or > MaxLength)
        {
            return redactor.Inspect(text);
        }

        lock (_gate)
        {
            foreach (var (known, before) in _kept)
            {
                if (known == text)
                {
                    return before;
                }
            }
        }

        var redacted = redactor.Inspect(text);
        lock (_gate)
        {
            _kept[_next] = (text, redacted);
            _next = (_next + 1) % MaxTexts;
        }

        return redacted;
    }
}
