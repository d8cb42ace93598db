using System.Collections.Immutable;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Insights.Alerts;

/// <summary>A figure that is watched, with what is told of it and the rule that holds until a person changes it.</summary>
/// <param name="Id">Its name in settings, store and webhook.</param>
/// <param name="Title">What a person reads: "Errors".</param>
/// <param name="Meaning">What the figure is, in a sentence.</param>
/// <param name="Unit">What it is counted in.</param>
/// <param name="Threshold">The limit until a person sets another one.</param>
public sealed record AlertKind(string Id, string Title, string Meaning, AlertUnit Unit, double Threshold)
{
    /// <summary>Most iterations that nearly every turn takes: the 99th percentile is above a number exactly where more than 1 % of the turns are.</summary>
    public static readonly AlertKind Iterations = new("iterations", "Iterations of the agent loop", "The most that 99 of 100 turns take.", AlertUnit.Iterations, 8);

    /// <summary>Share of tool calls that succeeded; one that the person did not allow is none.</summary>
    public static readonly AlertKind ToolSuccess = new("tool_success", "Tool success", "Share of the tool calls that succeed.", AlertUnit.Percent, 90) { IsFloor = true, Counted = "tool call" };

    /// <summary>How full the context window is after a reply.</summary>
    public static readonly AlertKind Context = new("context", "Context window in use", "The fullest that 95 of 100 model calls leave it.", AlertUnit.Percent, 90) { Counted = "model call" };

    /// <summary>From a person's word to the end of the reply, of turns that went well.</summary>
    public static readonly AlertKind EndToEnd = new("end_to_end", "End-to-end time", "In which 99 of 100 turns are done.", AlertUnit.Seconds, 30);

    /// <summary>Share of turns that failed; one that the person stopped did not.</summary>
    public static readonly AlertKind Errors = new("errors", "Errors", "Share of the turns that fail.", AlertUnit.Percent, 5);

    /// <summary>How long a model call takes, of those that went well.</summary>
    public static readonly AlertKind Latency = new("latency", "Model call", "In which 95 of 100 model calls are answered.", AlertUnit.Seconds, 20) { Counted = "model call" };

    /// <summary>What models with a price cost.</summary>
    public static readonly AlertKind CostRate = new("cost_rate", "Cost", "US dollars an hour, at the pace of the window.", AlertUnit.DollarsPerHour, 1);

    /// <summary>How long spans have been waiting, or metrics or logs been failing, without a single request being accepted.</summary>
    public static readonly AlertKind Export = new("export", "No successful export", "While spans are waiting to be sent, or metrics or logs are refused.", AlertUnit.Minutes, 5) { HasWindow = false, HoldMinutes = 0 };

    /// <summary>All of them, in the order of the page.</summary>
    public static ImmutableArray<AlertKind> All { get; } = [Errors, EndToEnd, Latency, Iterations, ToolSuccess, Context, CostRate, Export];

    /// <summary>Whether below the limit is the bad side.</summary>
    public bool IsFloor { get; init; }

    /// <summary>What it takes a least number of.</summary>
    public string Counted { get; init; } = "turn";

    /// <summary>Whether it is a figure of a window; else of this moment.</summary>
    public bool HasWindow { get; init; } = true;

    private int HoldMinutes { get; init; } = 5;

    /// <summary>The rule until a person changes it.</summary>
    public AlertRule Default => new() { Rule = Id, Threshold = Threshold, HoldMinutes = HoldMinutes };

    /// <summary>The rule in force.</summary>
    public AlertRule RuleIn(AlertSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Rules.FirstOrDefault(rule => rule.Rule == Id) ?? Default;
    }

    /// <summary>The limit of a rule of this kind.</summary>
    public double LimitOf(AlertRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.Threshold ?? Threshold;
    }

    /// <summary>Whether a figure is beyond the limit.</summary>
    public bool IsBeyond(double value, double limit) => IsFloor ? value < limit : value > limit;

    /// <summary>The kind of that id; null where there is none.</summary>
    public static AlertKind? Find(string id) => All.FirstOrDefault(kind => kind.Id == id);
}

/// <summary>What a figure is counted in.</summary>
public enum AlertUnit
{
    /// <summary>0–100.</summary>
    Percent,

    /// <summary>Seconds.</summary>
    Seconds,

    /// <summary>Minutes.</summary>
    Minutes,

    /// <summary>Iterations of the agent loop.</summary>
    Iterations,

    /// <summary>US dollars an hour.</summary>
    DollarsPerHour,
}
