using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Telemetry.Logs;
using OllamaStudio.Tests.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Telemetry.Logs;

public sealed class LogSettingsTests : IDisposable
{
    private readonly SettingsFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task What_is_saved_holds_at_once_and_the_default_leaves_it_to_the_configuration()
    {
        var (levels, settings) = (new LogLevels(), _fixture.Open());
        using var store = new LogStore(new ManualTime());
        using var recorder = new LogRecorder(store);
        using var follower = new LogSettings(levels, recorder, settings, new ContentCapture(settings));
        await follower.StartAsync(CancellationToken.None);
        Assert.Null(levels.Own);

        await settings.SaveAsync(static all => all with { LogLevel = LogLevel.Error }, CancellationToken.None);
        Assert.Equal(LogLevel.Error, levels.Own);
        await settings.SaveAsync(static all => all with { LogLevel = LogLevel.Information }, CancellationToken.None);
        Assert.Null(levels.Own);
    }

    [Fact]
    public async Task What_the_variable_says_holds_though_it_is_the_default()
    {
        var (levels, settings) = (new LogLevels(), _fixture.Open(new SettingsLayers { Environment = new Dictionary<string, string> { ["LOG_LEVEL"] = "INFO" } }));
        using var store = new LogStore(new ManualTime());
        using var recorder = new LogRecorder(store);
        using var follower = new LogSettings(levels, recorder, settings, new ContentCapture(settings));

        await follower.StartAsync(CancellationToken.None);

        Assert.Equal(LogLevel.Information, levels.Own);
    }
}
