namespace OllamaStudio.Core.Telemetry;

/// <summary>Something that goes wrong with a reply while it is being written, and that the server does not tell of.</summary>
/// <param name="Kind">What.</param>
/// <param name="From">Characters after which it began: of the model call's thinking and text as the call tells it, of the reply's text, or thinking (<see cref="IsThinking"/>), as the reply keeps it.</param>
public sealed record ReplyWarning(ReplyWarningKind Kind, long From)
{
    /// <summary>Whether it began while the model was thinking.</summary>
    public bool IsThinking { get; init; }

    /// <summary>Characters of the text, or the thinking, that had come since it began when it was seen.</summary>
    internal long Since { get; init; }

    /// <summary>Characters that come again and again, where it repeats itself; else null.</summary>
    public int? Period { get; init; }

    /// <summary>How often they had come when it was seen, where it repeats itself; else null.</summary>
    public int? Times { get; init; }

    /// <summary>Tokens of prompt and reply when it was seen, an estimate, where they outgrew the window; else null.</summary>
    public long? Tokens { get; init; }

    /// <summary>Tokens that the context window holds, where it was outgrown; else null.</summary>
    public int? Window { get; init; }
}

/// <summary>What goes wrong with a reply.</summary>
public enum ReplyWarningKind
{
    /// <summary>The same characters come again and again.</summary>
    Repeating,

    /// <summary>Prompt and reply have outgrown the context window: the server drops the beginning while the model writes.</summary>
    Outgrown,
}
