using Microsoft.Extensions.Configuration;
using OllamaStudio.Core.Settings;
using OllamaStudio.Http;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Http;

/// <summary>What a container's engine is told by the program itself.</summary>
public sealed class HealthCheckTests
{
    [Theory]
    [InlineData(200, 0)]
    [InlineData(503, 1)]
    public async Task The_exit_code_says_whether_the_studio_answers(int status, int expected)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        Assert.Equal(expected, await AskAsync(server.Address.AbsoluteUri));
        Assert.Equal("/healthz", server.Request.Path);
    }

    [Fact]
    public async Task Where_nobody_listens_it_is_not_well() => Assert.Equal(1, await AskAsync("http://127.0.0.1:1"));

    private static Task<int> AskAsync(string urls) => HealthCheck.RunAsync(
        new ConfigurationBuilder().AddInMemoryCollection([new("urls", urls)]).Build(), HostSettings.Read(new SettingsLayers()));
}
