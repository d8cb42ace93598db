using System.Text.Json;
using OllamaStudio.Core.Insights.Alerts;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Insights.Alerts;

public sealed class AlertWebhookTests
{
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(30);
    private static readonly AlertEntry s_entry = new(1, "errors", "chat", ManualTime.Epoch, null, 10, 12, 5, 15);

    [Fact]
    public async Task It_is_told_rule_figure_limit_and_window()
    {
        using var asked = new SemaphoreSlim(0);
        await using var server = await ScriptedServer.StartAsync(_ =>
        {
            asked.Release();
            return Task.CompletedTask;
        });
        await using var rig = await Started(server.Address + "hook/secret");

        rig.Webhook.Send(AlertKind.Errors, s_entry);
        rig.Webhook.Send(AlertKind.Errors, s_entry with { Ended = ManualTime.Epoch.AddMinutes(9) });

        Assert.True(await asked.WaitAsync(s_guard));
        Assert.True(await asked.WaitAsync(s_guard));
        Assert.Equal(
            ["""{"rule":"errors","title":"Errors","state":"firing","source":"chat","value":10,"threshold":5,"unit":"percent","window_minutes":15,"started":"2026-03-01T12:00:00+00:00"}""",
             """{"rule":"errors","title":"Errors","state":"resolved","source":"chat","value":12,"threshold":5,"unit":"percent","window_minutes":15,"started":"2026-03-01T12:00:00+00:00","ended":"2026-03-01T12:09:00+00:00"}"""],
            server.Requests.Select(static request => request.Body));
        Assert.All(server.Requests, static request => Assert.Equal(("POST", "/hook/secret", "application/json"), (request.Method, request.Path, request.Headers["Content-Type"])));
        Assert.Null(rig.Webhook.Failure);
    }

    [Fact]
    public async Task What_is_refused_is_tried_three_times_and_then_shown_without_the_addresss_path()
    {
        await using var server = await ScriptedServer.AnswerAsync("no", status: 404);
        await using var rig = await Started(server.Address + "hook/secret");

        var failed = FailedAsync(rig);
        rig.Webhook.Send(AlertKind.Errors, s_entry);
        foreach (var pause in AlertWebhook.Pauses)
        {
            await rig.Time.FireAsync(pause);
        }

        await failed.WaitAsync(s_guard);
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal($"{server.Address.Authority} answered 404", rig.Alerts.Current.WebhookFailure);
    }

    [Fact]
    public async Task One_that_never_answers_is_left_after_five_seconds_and_keeps_nobody_waiting()
    {
        var never = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(_ => never.Task);
        await using var rig = await Started(server.Address.AbsoluteUri);

        var failed = FailedAsync(rig);
        for (var i = 0; i < 1_000; i++)
        {
            rig.Webhook.Send(AlertKind.Errors, s_entry); // the bound holds
        }

        await rig.Time.FireAsync(AlertWebhook.Timeout);
        await rig.Time.FireAsync(AlertWebhook.Pauses[0]);
        await rig.Time.FireAsync(AlertWebhook.Timeout);
        await rig.Time.FireAsync(AlertWebhook.Pauses[1]);
        await rig.Time.FireAsync(AlertWebhook.Timeout);
        await failed.WaitAsync(s_guard);

        Assert.Equal($"{server.Address.Authority} did not answer within 5 seconds", rig.Webhook.Failure);
        never.SetResult();
    }

    [Fact]
    public async Task Without_an_address_nothing_is_sent_and_an_alert_reaches_the_one_there_is()
    {
        using var asked = new SemaphoreSlim(0);
        await using var server = await ScriptedServer.StartAsync(_ =>
        {
            asked.Release();
            return Task.CompletedTask;
        });
        await using var rig = await Started(null);
        rig.Webhook.Send(AlertKind.Errors, s_entry);
        rig.Settings.Update(settings => settings with { Alerts = settings.Alerts with { WebhookUrl = server.Address.AbsoluteUri } });

        rig.Turns(20, Core.Spans.SpanStatus.Error);
        for (var seconds = 0; seconds < 360 && rig.Alerts.Current.FiringCount == 0; seconds += 4)
        {
            rig.Pass(4 / 60.0); // time that goes on beyond it would take the five seconds from the answer
        }

        Assert.True(await asked.WaitAsync(s_guard));
        Assert.Equal(100, JsonDocument.Parse(server.Request.Body).RootElement.GetProperty("value").GetDouble());
    }

    private static Task FailedAsync(AlertRig rig)
    {
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Webhook.Changed += failed.SetResult;
        return failed.Task;
    }

    private static async Task<AlertRig> Started(string? url)
    {
        var rig = await AlertRig.StartAsync();
        rig.Settings.Update(settings => settings with { Alerts = settings.Alerts with { WebhookUrl = url } });
        return rig;
    }
}
