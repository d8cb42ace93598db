namespace OllamaStudio.Core.Telemetry;

/// <summary>Something that goes wrong with a reply while it is being written, and that the server does not tell of.</summary>
/// <param name="Kind">What.</param>
/// <param name="From">Characters of text and thinking after which it began.</param>
public sealed record ReplyWarning(ReplyWarningKind Kind, long From)
{
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
