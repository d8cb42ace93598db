using OllamaStudio.Core.Settings;
using OllamaStudio.Http;

namespace OllamaStudio.Tests.Http;

public sealed class AccessSettingsTests : IDisposable
{
    private readonly DataFolder _folder = new(Path.Combine(Path.GetTempPath(), "ollama-studio-tests", Guid.NewGuid().ToString("N")));

    [Fact]
    public void Unset_it_is_the_token_of_the_data_folder()
    {
        var access = AccessSettings.Read(new(), _folder, beyondLoopback: null);

        Assert.Equal(access.Token!.Value, File.ReadAllText(_folder.Combine(AccessTokenFile.Name)).Trim());
        Assert.Equal(access.Token.Value, AccessSettings.Read(Environment("  "), _folder, beyondLoopback: null).Token!.Value);
        Assert.Null(access.Fault);
    }

    [Fact]
    public void The_command_line_beats_the_environment_beats_appsettings_beats_the_file()
    {
        var appSettings = new Dictionary<string, string> { ["AccessToken"] = "from-appsettings.json" };
        var environment = new Dictionary<string, string> { ["OLLAMASTUDIO_TOKEN"] = "from-the-environment" };
        var commandLine = new Dictionary<string, string> { ["ollamastudio_token"] = "from-the-command-line" };

        Assert.Equal("from-appsettings.json", Token(new() { AppSettings = appSettings }));
        Assert.Equal("from-the-environment", Token(new() { AppSettings = appSettings, Environment = environment }));
        Assert.Equal("from-the-command-line", Token(new() { AppSettings = appSettings, Environment = environment, CommandLine = commandLine }));
        Assert.False(Directory.Exists(_folder.Path));

        string Token(SettingsLayers layers) => AccessSettings.Read(layers, _folder, beyondLoopback: null).Token!.Value;
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    public void None_switches_it_off_on_loopback_only(string value)
    {
        var onLoopback = AccessSettings.Read(Environment(value), _folder, beyondLoopback: null);
        Assert.Null(onLoopback.Token);
        Assert.Null(onLoopback.Fault);

        var beyond = AccessSettings.Read(Environment(value), _folder, "http://0.0.0.0:5080").Fault;
        Assert.Equal("OLLAMASTUDIO_TOKEN", beyond?.Source);
        Assert.Contains("http://0.0.0.0:5080", beyond!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_that_is_none_is_a_fault_and_not_repeated()
    {
        var access = AccessSettings.Read(Environment("too-short"), _folder, beyondLoopback: null);

        Assert.Null(access.Token);
        Assert.Contains("16 to 256", access.Fault!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("too-short", access.Fault.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder.Path))
        {
            Directory.Delete(_folder.Path, recursive: true);
        }
    }

    private static SettingsLayers Environment(string token) => new() { Environment = new Dictionary<string, string> { ["OLLAMASTUDIO_TOKEN"] = token } };
}
