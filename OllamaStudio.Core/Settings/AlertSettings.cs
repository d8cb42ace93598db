using System.Collections.Immutable;

namespace OllamaStudio.Core.Settings;

/// <summary>What the studio watches of its own figures.</summary>
public sealed record AlertSettings
{
    /// <summary>The rules that a person changed, each once; those that are missing have their defaults.</summary>
    public ImmutableArray<AlertRule> Rules { get; init; } = [];

    /// <summary>Where an alert is sent to when it begins and when it is over, http or https; null for nowhere.</summary>
    public string? WebhookUrl { get; init; }
}

/// <summary>When one figure makes an alert.</summary>
public sealed record AlertRule
{
    /// <summary>The rule's id, such as <c>errors</c>.</summary>
    public string Rule { get; init; } = "";

    /// <summary>Whether it is watched.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The limit, in the rule's unit; null for the rule's own.</summary>
    public double? Threshold { get; init; }

    /// <summary>Minutes that it looks back, 1–60.</summary>
    public int WindowMinutes { get; init; } = 15;

    /// <summary>Of fewer turns (or calls, where it is about calls) it says nothing. 1–10,000.</summary>
    public int LeastCount { get; init; } = 20;

    /// <summary>Minutes that the figure must be beyond the limit before there is an alert, and within it before it is over. 0–60.</summary>
    public int HoldMinutes { get; init; } = 5;
}
