using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Settings;

public sealed class HostSettingsTests
{
    [Fact]
    public void Port_and_level_have_defaults()
    {
        var host = HostSettings.Read(new());

        Assert.Equal((5080, null), (host.Port, host.LogLevel));
        Assert.Empty(host.Faults);
    }

    [Fact]
    public void The_command_line_beats_the_environment_beats_appsettings()
    {
        var appSettings = new Dictionary<string, string> { ["Port"] = "3" };
        var environment = new Dictionary<string, string> { ["PORT"] = "2" };

        Assert.Equal(3, HostSettings.Read(new() { AppSettings = appSettings }).Port);
        Assert.Equal(2, HostSettings.Read(new() { AppSettings = appSettings, Environment = environment }).Port);
        Assert.Equal(1, HostSettings.Read(new()
        {
            AppSettings = appSettings,
            Environment = environment,
            CommandLine = new Dictionary<string, string> { ["port"] = "1" },
        }).Port);
    }

    [Theory]
    [InlineData("DEBUG", LogLevel.Debug)]
    [InlineData("info", LogLevel.Information)]
    [InlineData("WARNING", LogLevel.Warning)]
    [InlineData("ERROR", LogLevel.Error)]
    public void Log_levels_go_by_their_usual_names(string value, LogLevel level)
    {
        Assert.Equal(level, HostSettings.Read(new() { Environment = new Dictionary<string, string> { ["LOG_LEVEL"] = value } }).LogLevel);
    }

    [Theory]
    [InlineData("PORT", "http", "whole number")]
    [InlineData("PORT", "70000", "0 to 65,535")]
    [InlineData("LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING, ERROR")]
    public void Nonsense_is_reported_with_what_would_be_right(string variable, string value, string expected)
    {
        var host = HostSettings.Read(new() { Environment = new Dictionary<string, string> { [variable] = value } });

        var fault = Assert.Single(host.Faults);
        Assert.Equal(variable, fault.Source);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Equal(5080, host.Port);
    }
}
