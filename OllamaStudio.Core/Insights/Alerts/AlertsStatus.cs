using System.Collections.Immutable;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Insights.Alerts;

/// <summary>What the studio watches of its own figures, for whoever shows it. Safe to use from any thread.</summary>
public interface IAlerts
{
    /// <summary>The standing now. Never null.</summary>
    AlertsStatus Current { get; }

    /// <summary>Calls <paramref name="changed"/> after changes, on a pool thread, at most ten times a second, until the result is disposed.</summary>
    IDisposable Subscribe(Action changed);
}

/// <summary>A snapshot of all rules.</summary>
public sealed record AlertsStatus
{
    /// <summary>Every rule, in the order of <see cref="AlertKind.All"/>, each as its worst source stands. Every source that is beyond a limit has an alert of its own.</summary>
    public ImmutableArray<AlertStanding> Rules { get; init; } = [];

    /// <summary>The alerts that there are and were, the newest first; at most <see cref="IAlertStore.Most"/>.</summary>
    public ImmutableArray<AlertEntry> History { get; init; } = [];

    /// <summary>Whether windows are shorter than they should be, because more happened than is kept.</summary>
    public bool IsCut { get; init; }

    /// <summary>What came of the last message to the webhook, in words; null where it arrived, or none was sent.</summary>
    public string? WebhookFailure { get; init; }

    /// <summary>How many rules have an alert.</summary>
    public int FiringCount => Rules.Count(static rule => rule.State is AlertState.Firing);
}

/// <summary>How one rule stands.</summary>
/// <param name="Kind">What it watches.</param>
/// <param name="Rule">The rule in force.</param>
/// <param name="State">How it stands.</param>
/// <param name="Since">Since when it is pending or firing, UTC; null for other states.</param>
/// <param name="Value">The figure, in its unit, of the source that is worst; null where nothing tells it.</param>
/// <param name="Count">Of how many turns or calls that is.</param>
/// <param name="Source">Whose figure it is: chat, gateway or an endpoint; null where there is none.</param>
public sealed record AlertStanding(AlertKind Kind, AlertRule Rule, AlertState State, DateTimeOffset? Since = null, double? Value = null, int Count = 0, string? Source = null);

/// <summary>How a rule stands.</summary>
public enum AlertState
{
    /// <summary>It is not watched.</summary>
    Off,

    /// <summary>Too few turns or calls to say anything.</summary>
    Few,

    /// <summary>Within its limit.</summary>
    Fine,

    /// <summary>Beyond its limit, and not for long enough.</summary>
    Pending,

    /// <summary>There is an alert.</summary>
    Firing,
}

/// <summary>An alert that is, or was.</summary>
/// <param name="Id">Grows with each.</param>
/// <param name="Rule">The rule's id.</param>
/// <param name="Source">Whose figure it is.</param>
/// <param name="Started">When it began, UTC.</param>
/// <param name="Ended">When it was over, UTC; null where it is not.</param>
/// <param name="Value">The figure when it began.</param>
/// <param name="Worst">The worst figure until now, or until it was over.</param>
/// <param name="Threshold">The limit when it began.</param>
/// <param name="WindowMinutes">The window then, in minutes.</param>
public sealed record AlertEntry(long Id, string Rule, string Source, DateTimeOffset Started, DateTimeOffset? Ended, double Value, double Worst, double Threshold, int WindowMinutes);

/// <summary>Keeps alerts beyond the process. Safe to use from any thread.</summary>
public interface IAlertStore
{
    /// <summary>Most alerts that are kept; of more, the oldest go.</summary>
    const int Most = 500;

    /// <summary>What is stored, the newest first. Blocks for some milliseconds.</summary>
    ImmutableArray<AlertEntry> Read();

    /// <summary>Stores one, in the place of the one with its id.</summary>
    Task SaveAsync(AlertEntry entry);
}
