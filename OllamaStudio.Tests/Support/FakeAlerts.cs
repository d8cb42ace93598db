using System.Collections.Immutable;
using OllamaStudio.Core.Insights.Alerts;

namespace OllamaStudio.Tests.Support;

/// <summary>Alerts that a test sets.</summary>
internal sealed class FakeAlerts : IAlerts
{
    private Action? _changed;

    public AlertsStatus Current { get; private set; } = new() { Rules = Standing() };

    public int Subscribers => _changed?.GetInvocationList().Length ?? 0;

    public void Set(AlertsStatus status)
    {
        Current = status;
        _changed?.Invoke();
    }

    /// <summary>Every rule with too little to say, except those.</summary>
    public static ImmutableArray<AlertStanding> Standing(params AlertStanding[] others) =>
        [.. AlertKind.All.Select(kind => others.FirstOrDefault(other => other.Kind == kind) ?? new AlertStanding(kind, kind.Default, AlertState.Few))];

    public IDisposable Subscribe(Action changed)
    {
        _changed += changed;
        return new Subscription(() => _changed -= changed);
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
