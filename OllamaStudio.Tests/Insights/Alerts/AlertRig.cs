using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Insights.Alerts;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Alerts;
using OllamaStudio.Tests.Storage.Spans;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Insights.Alerts;

/// <summary>Alerts over a real database, in time that a test moves.</summary>
internal sealed class AlertRig : IAsyncDisposable
{
    private int _turns;

    public SpanStoreFixture Studio { get; } = new();

    public ManualTime Time => Studio.Time;

    public FakeSettings Settings { get; } = new();

    public FakeExportMonitor Export { get; } = new();

    public AlertSamples Samples { get; private set; } = null!;

    public AlertWebhook Webhook { get; private set; } = null!;

    public AlertService Alerts { get; private set; } = null!;

    public AlertStanding this[AlertKind kind] => Alerts.Current.Rules.Single(rule => rule.Kind == kind);

    /// <summary>Begins as the studio does when it is started.</summary>
    public static async Task<AlertRig> StartAsync()
    {
        var rig = new AlertRig();
        await rig.BeginAsync();
        return rig;
    }

    /// <summary>Ends, and begins anew over the same database.</summary>
    public async Task RestartAsync()
    {
        Alerts.Dispose();
        Webhook.Dispose();
        await Studio.RestartAsync();
        await BeginAsync();
    }

    public void Change(AlertRule rule) =>
        Settings.Update(settings => settings with { Alerts = settings.Alerts with { Rules = [.. settings.Alerts.Rules.Where(other => other.Rule != rule.Rule), rule] } });

    /// <summary>Turns that end now.</summary>
    public void Turns(int count, SpanStatus status = SpanStatus.Ok, double seconds = 1, string source = "chat", int? iterations = 1, bool isStored = false)
    {
        for (var i = 0; i < count; i++)
        {
            var number = ++_turns;
            var start = (Time.GetUtcNow() - Start).TotalMilliseconds - (seconds * 1000);
            var root = Span(number * 10, null, "chat_interaction", number, start, seconds * 1000, status, attributes:
            [
                ("gen_ai.operation.name", "invoke_agent"), ("studio.source", source), ("agent.iterations", iterations),
            ]);
            Samples.Ended(root);
            if (isStored)
            {
                Studio.Record(root);
            }
        }
    }

    /// <summary>Lets so many minutes pass.</summary>
    public void Pass(double minutes) => Time.Advance(TimeSpan.FromMinutes(minutes));

    public async ValueTask DisposeAsync()
    {
        Alerts.Dispose();
        Webhook.Dispose();
        await Studio.DisposeAsync();
    }

    private async Task BeginAsync()
    {
        Samples = new AlertSamples(Time);
        Webhook = new AlertWebhook(Settings, Time, NullLogger<AlertWebhook>.Instance);
        Alerts = new AlertService(
            Settings, Samples, new AlertStore(Studio.Store.Database, Studio.Store.Writer), Studio.Reader, Export, Webhook, Time, NullLogger<AlertService>.Instance);
        await Alerts.StartAsync(CancellationToken.None);
        await Alerts.Begun;
    }
}
