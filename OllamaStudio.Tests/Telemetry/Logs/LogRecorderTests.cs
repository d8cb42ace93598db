#pragma warning disable CA1848, CA1873, CA2254 // what is logged here is made up, template and all
using CsCheck;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Telemetry.Logs;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;

namespace OllamaStudio.Tests.Telemetry.Logs;

/// <summary>The host's logging as the studio composes it, from a logger to the store.</summary>
[Collection("telemetry")]
public sealed class LogRecorderTests : IDisposable
{
    private readonly FakeSettings _settings = new();
    private readonly ServiceProvider _services;

    public LogRecorderTests()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationManager());
        services.AddSingleton<TimeProvider>(new ManualTime());
        services.AddSingleton<ISettings>(_settings);
        services.AddSingleton(new SettingsLayers());
        services.AddTelemetry();
        services.AddLogs();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace));
        _services = services.BuildServiceProvider();
    }

    private LogStore Store => _services.GetRequiredService<LogStore>();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void A_line_has_all_that_was_logged()
    {
        Logger().LogWarning(new EventId(7, "Seven"), new InvalidOperationException("it broke"), "{Count} of {What} failed", 3, "spans");

        var line = Assert.Single(Store.Lines);
        Assert.Equal((LogLevel.Warning, "OllamaStudio.Some.Type", 7, "Seven"), (line.Level, line.Category, line.EventId, line.EventName));
        Assert.Equal("3 of spans failed", line.Message);
        Assert.Equal([("Count", "3"), ("What", "spans")], line.Values.Select(static value => (value.Key, value.Value)));
        Assert.Equal(("System.InvalidOperationException", "it broke"), (line.ExceptionType, line.ExceptionMessage));
        Assert.Null(line.TraceId);
        Assert.Null(line.SpanId);
    }

    [Fact]
    public async Task A_line_of_a_turn_is_of_its_trace_and_of_the_span_that_was_the_current_one()
    {
        using var turn = new TurnFixture();
        var runner = new TurnRunner(turn.Settings, turn.Capture, turn.Clock, _services.GetRequiredService<ILogger<TurnRunner>>());
        await runner.RunAsync(
            new TurnRequest { SessionId = "s", Model = "m", Messages = [new ChatMessage(ChatRole.User, "Hi")], Stream = true, Client = turn.Instrument(new ScriptedChatClient(Throw(new IOException("gone")))) },
            turn,
            CancellationToken.None);

        var root = turn.Spans["chat_interaction"];
        var line = Assert.Single(Store.Lines, line => line.Level is LogLevel.Warning);
        Assert.Equal(root.TraceId.ToHexString(), line.TraceId);
        Assert.Contains(turn.Spans.Ended, span => span.SpanId.ToHexString() == line.SpanId);
        Assert.Contains(line.Values, value => value is { Key: "Model", Value: "m" });
        var end = Assert.Single(Store.Lines, line => line.Level is LogLevel.Debug);
        Assert.Equal((root.TraceId.ToHexString(), root.SpanId.ToHexString()), (end.TraceId, end.SpanId));
    }

    [Fact]
    public void What_is_logged_at_Trace_may_be_content_and_is_not_kept()
    {
        Logger().LogTrace("a prompt, word for word");
        Logger().LogDebug("a step");

        Assert.Equal("a step", Assert.Single(Store.Lines).Message);
    }

    [Fact]
    public void Secrets_are_in_no_part_of_a_line_before_there_are_settings_and_after()
    {
        var own = Gen.Char["abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"].Array[30, 40].Select(static letters => new string(letters));
        var secrets = Gen.OneOf(
            own.Select(static text => "sk-" + text), own.Select(static text => "ghp_" + text), own.Select(static text => "hf_" + text), own.Select(static text => $"{text}@example.com"),
            own.Select(static text => "own-" + text.ToUpperInvariant()));
        _settings.UpdateTelemetry(telemetry => telemetry with { RedactionPatterns = ["own-[A-Z0-9]+"] });

        Gen.Select(secrets, Gen.Bool).Sample(
            (secret, hasSettings) =>
            {
                if (hasSettings)
                {
                    _services.GetRequiredService<LogRecorder>().Use(new ContentCapture(_settings));
                }
                else if (secret.StartsWith("own-", StringComparison.Ordinal))
                {
                    return; // nobody has said yet what else is to be hidden
                }

                Logger().LogError(new IOException($"refused {secret}"), "{Who} said {What}", secret, new Uri($"http://host/{Uri.EscapeDataString(secret)}?a={secret}"));

                var line = Store.Lines[^1];
                Assert.Contains("[redacted:", line.Message, StringComparison.Ordinal);
                Assert.DoesNotContain([line.Message, line.ExceptionMessage!, .. line.Values.Select(static value => value.Value)], (string text) => text.Contains(secret, StringComparison.Ordinal));
            },
            iter: 200, threads: 1);
    }

    [Fact]
    public void With_capture_off_what_an_exception_quotes_is_left_out()
    {
        _services.GetRequiredService<LogRecorder>().Use(new ContentCapture(_settings));
        _settings.UpdateTelemetry(telemetry => telemetry with { Capture = CaptureLevel.Off });

        Logger().LogError(new IOException("cannot parse 'my private words' here"), "It failed");

        Assert.DoesNotContain("private", Store.Lines[^1].ExceptionMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_text_is_cut_and_so_are_many_values()
    {
        var names = string.Join(' ', Enumerable.Range(0, 40).Select(static i => $"{{V{i}}}"));

        Logger().LogInformation(names, [.. Enumerable.Range(0, 40).Select(static _ => (object)new string('y', 5_000))]);

        var line = Assert.Single(Store.Lines);
        Assert.InRange(line.Message.Length, 1, LogRecorder.MaxMessageLength);
        Assert.Equal(LogRecorder.MaxValues, line.Values.Length);
        Assert.All(line.Values, static value => Assert.InRange(value.Value.Length, 1, 1_000));
    }

    [Fact]
    public void The_level_of_what_the_studio_logs_changes_for_loggers_that_are_there()
    {
        var (own, other) = (Logger(), _services.GetRequiredService<ILoggerFactory>().CreateLogger("Other.Type"));
        var levels = _services.GetRequiredService<LogLevels>();

        levels.Set(LogLevel.Error);
        Assert.Equal((false, true), (own.IsEnabled(LogLevel.Warning), own.IsEnabled(LogLevel.Error)));
        levels.Set(LogLevel.Debug);
        Assert.True(own.IsEnabled(LogLevel.Debug));
        levels.Set(null);
        Assert.True(other.IsEnabled(LogLevel.Trace));
    }

    private ILogger Logger() => _services.GetRequiredService<ILoggerFactory>().CreateLogger("OllamaStudio.Some.Type");
}
