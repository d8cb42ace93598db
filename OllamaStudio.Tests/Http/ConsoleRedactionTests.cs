#pragma warning disable CA1848, CA1873, CA1416 // what is logged here is made up, and a provider of Windows only registered
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Logging.EventLog;
using OllamaStudio.Core.Telemetry.Logs;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Http;

/// <summary>What goes to the console, by each formatter, as the host composes them.</summary>
public sealed class ConsoleRedactionTests : IDisposable
{
    private readonly ServiceProvider _services;

    public ConsoleRedactionTests()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new ManualTime()).AddSingleton<LogStore>().AddSingleton<LogRecorder>();
        services.AddLogging(static logging =>
        {
            logging.AddSimpleConsole(static options => options.IncludeScopes = true).AddJsonConsole(static options => options.IncludeScopes = true);
            logging.Services.AddSingleton<ILoggerProvider, EventLogLoggerProvider>(); // as the host does on Windows
            logging.ConfigureStudio();
        });
        _services = services.BuildServiceProvider();
    }

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData(ConsoleFormatterNames.Simple)]
    [InlineData(ConsoleFormatterNames.Json)]
    [InlineData(ConsoleFormatterNames.Systemd)]
    public void No_secret_is_in_any_part_of_a_line(string formatter)
    {
        var letters = Gen.Char["abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"].Array[30, 40].Select(static all => new string(all));
        var secrets = Gen.OneOf(letters.Select(static text => "sk-" + text), letters.Select(static text => "hf_" + text), letters.Select(static text => $"a+{text}@example.com"));
        secrets.Sample(
            secret =>
            {
                var written = Write(formatter, secret);

                Assert.DoesNotContain(secret, written, StringComparison.Ordinal);
                Assert.DoesNotContain(secret[2..], written, StringComparison.Ordinal);
            },
            iter: 100, threads: 1);
    }

    [Fact]
    public void Nothing_is_logged_past_the_redaction() => Assert.Equal([typeof(ConsoleLoggerProvider)], _services.GetServices<ILoggerProvider>().Select(static provider => provider.GetType()));

    [Fact]
    public void A_line_of_JSON_stays_one_with_its_numbers_and_scopes()
    {
        var line = JsonDocument.Parse(Write(ConsoleFormatterNames.Json, "a+b@example.com")).RootElement;

        Assert.Equal("3 of [redacted:email] failed", line.GetProperty("Message").GetString());
        Assert.Equal(3, line.GetProperty("State").GetProperty("Count").GetInt32());
        Assert.Equal("[redacted:email]", line.GetProperty("State").GetProperty("What").GetString());
        Assert.Contains("no [redacted:email]", line.GetProperty("Exception").GetString(), StringComparison.Ordinal);
        Assert.Equal("[redacted:email]", line.GetProperty("Scopes")[0].GetProperty("Who").GetString());
    }

    [Fact]
    public void A_line_for_people_says_all_else()
    {
        var line = Write(ConsoleFormatterNames.Simple, "a@example.com");

        Assert.Contains("Some.Type[7]", line, StringComparison.Ordinal);
        Assert.Contains("3 of [redacted:email] failed", line, StringComparison.Ordinal);
        Assert.Contains("System.IO.IOException: no [redacted:email]", line, StringComparison.Ordinal);
        Assert.Contains("=> by [redacted:email]", line, StringComparison.Ordinal);
    }

    private string Write(string formatter, string secret)
    {
        using var written = new StringWriter();
        var logger = new Line(_services.GetServices<ConsoleFormatter>().Single(one => one.Name == formatter), written);
        using (logger.BeginScope("by {Who}", secret))
        {
            logger.LogError(new EventId(7), new IOException("no " + secret, new InvalidOperationException(secret)), "{Count} of {What} failed", 3, secret);
        }

        return written.ToString();
    }

    /// <summary>Has a formatter write a line, as the console's logger does.</summary>
    private sealed class Line(ConsoleFormatter formatter, TextWriter written) : ILogger
    {
        private readonly LoggerExternalScopeProvider _scopes = new();

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> text) =>
            formatter.Write(new LogEntry<TState>(logLevel, "Some.Type", eventId, state, exception, text), _scopes, written);

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable BeginScope<TState>(TState state) where TState : notnull => _scopes.Push(state);
    }
}
