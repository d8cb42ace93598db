#pragma warning disable CA1848, CA1873 // what is logged here is made up
using System.Text;
using CsCheck;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Tools;

namespace OllamaStudio.Tests.Export.Push;

/// <summary>Generated secrets, in every place of a line and of a turn from which a metric or a log could take them, are in no byte that leaves.</summary>
[Collection("telemetry")]
public sealed class PushedSecretsTests
{
    [Theory]
    [InlineData(CaptureLevel.Off)]
    [InlineData(CaptureLevel.Full)]
    public async Task No_secret_is_in_what_is_pushed(CaptureLevel capture)
    {
        var letters = Gen.Char["abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"].Array[30, 40].Select(static all => new string(all));
        var secrets = Gen.OneOf(
            letters.Select(static text => "sk-" + text), letters.Select(static text => "ghp_" + text), letters.Select(static text => "hf_" + text), letters.Select(static text => $"{text}@example.com"),
            letters.Select(static text => "own-" + text.ToUpperInvariant())).Array[40].Single();
        await using var receiver = await SignalReceiver.StartAsync();
        await using var rig = await PushRig.StartAsync(receiver.Address, more: telemetry => telemetry with { Capture = capture, RedactionPatterns = ["own-[A-Z0-9]+"] });
        using var agent = new AgentFixture();
        agent.Settings.UpdateTelemetry(telemetry => telemetry with { Capture = capture, RedactionPatterns = ["own-[A-Z0-9]+"] });

        foreach (var secret in secrets)
        {
            var logger = rig.Logger();
            using (logger.BeginScope("in {Secret}", secret))
            {
                logger.LogError(new IOException($"refused {secret}", new InvalidOperationException(secret)), "{Who} said {What}", secret, new Uri($"http://host/{Uri.EscapeDataString(secret)}?a={secret}"));
                logger.LogTrace("{Content}", secret);
            }
        }

        foreach (var secret in secrets.Take(8))
        {
            agent.Offer(secret, int () => throw new InvalidOperationException(secret));
        }

        // The model's name is a label of nearly every metric, and a person types it.
        foreach (var secret in secrets.Skip(8).Take(3))
        {
            using var other = new AgentFixture { ModelName = $"llama:{secret}" };
            other.Settings.UpdateTelemetry(telemetry => telemetry with { Capture = capture, RedactionPatterns = ["own-[A-Z0-9]+"] });
            await other.RunAsync([AgentFixture.Say("done")]);
        }

        await agent.RunAsync([.. secrets.Take(8).Select((secret, i) => AgentFixture.Call(secret, $"{i}")), AgentFixture.Say("done")]);
        rig.Logger().LogInformation("that was all");
        await receiver.WaitAsync(() => receiver.Lines.Any(static line => line.Text == "that was all"));
        var pushes = receiver.Bodies.Count(static one => one.Signal == "metrics");
        await receiver.WaitAsync(() => receiver.Bodies.Count(static one => one.Signal == "metrics") > pushes + 1);

        var bodies = receiver.Bodies.GroupBy(static one => one.Signal, static one => Encoding.Latin1.GetString(one.Body), StringComparer.Ordinal).ToDictionary(static all => all.Key, static all => string.Concat(all), StringComparer.Ordinal);
        Assert.Equal(secrets.Length, receiver.Lines.Count(static line => line.Severity == "Error"));
        Assert.Contains("[redacted:", bodies["logs"], StringComparison.Ordinal);
        Assert.Contains("llm_tool_calls_total", bodies["metrics"], StringComparison.Ordinal);
        Assert.All(secrets, secret => Assert.All(bodies.Values, body => Assert.DoesNotContain(secret, body, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(CaptureLevel.Off, false)]
    [InlineData(CaptureLevel.Full, true)]
    public async Task At_Off_no_log_line_that_is_pushed_has_what_was_said(CaptureLevel capture, bool isThere)
    {
        string[] said = ["a plain prompt", "plain words of a tool", "a plain argument", "a plain result", "a plain answer"];
        await using var receiver = await SignalReceiver.StartAsync();
        await using var rig = await PushRig.StartAsync(receiver.Address, more: telemetry => telemetry with { Capture = capture });
        using var agent = new AgentFixture { Messages = [new ChatMessage(ChatRole.User, said[0])], Logger = rig.Logger<TurnRunner>(), OnLog = () => throw new IOException(said[1]) };
        agent.Settings.UpdateTelemetry(telemetry => telemetry with { Capture = capture });
        agent.Offer("broken", string (string text) => throw new InvalidOperationException(said[3]));

        await agent.RunAsync(AgentFixture.Call("broken", "1", ("text", said[2])), AgentFixture.Say(said[4]));
        rig.Logger<TurnRunner>().LogInformation("that was all");
        await receiver.WaitAsync(() => receiver.Lines.Any(static line => line.Text == "that was all"));

        var bodies = string.Concat(receiver.Bodies.Select(static one => Encoding.Latin1.GetString(one.Body)));
        Assert.Contains("could not be written to the store", bodies, StringComparison.Ordinal);
        Assert.Equal(isThere, said.Any(words => bodies.Contains(words, StringComparison.Ordinal)));
    }
}
