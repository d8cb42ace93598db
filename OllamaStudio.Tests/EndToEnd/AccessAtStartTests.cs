using System.Globalization;
using System.Net;
using System.Text.Json;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>The access token as whoever starts the studio meets it.</summary>
public sealed class AccessAtStartTests
{
    [Fact]
    public async Task The_address_is_printed_at_every_level_and_again_at_the_end_of_the_start()
    {
        await using var studio = await StudioProcess.StartAloneAsync(("LOG_LEVEL", "ERROR"), ("Logging__LogLevel__Microsoft.Hosting.Lifetime", "Error"));
        await studio.WaitForLinesAsync(2, StudioProcess.IsAddress);

        var address = $"Open {studio.Address}/?token={studio.Token}";
        Assert.Equal([address, address], studio.Lines);
    }

    [Fact]
    public async Task The_second_time_it_stands_below_the_warnings_of_the_start()
    {
        await using var studio = await StudioProcess.StartAloneAsync(("LOG_LEVEL", "WARNING"));
        await studio.WaitForLinesAsync(2, StudioProcess.IsAddress);

        var lines = studio.Lines.ToList();
        var warning = lines.FindLastIndex(line => line.Contains("does not answer", StringComparison.Ordinal));
        Assert.InRange(warning, 0, lines.FindLastIndex(StudioProcess.IsAddress) - 1);
        Assert.True(StudioProcess.IsAddress(lines[^1]), studio.Output);
    }

    [Fact]
    public async Task It_does_not_wait_for_a_server_that_never_answers()
    {
        await using var silent = await ScriptedServer.StartAsync(context => context.UntilClosedAsync());
        await using var studio = await StudioProcess.StartAloneAsync(("OLLAMA_HOST", silent.Address.ToString()));

        await studio.WaitForLinesAsync(2, StudioProcess.IsAddress);
    }

    [Fact]
    public async Task It_stays_a_plain_line_in_a_log_of_JSON()
    {
        await using var studio = await StudioProcess.StartAloneAsync(("Logging__Console__FormatterName", "json"));
        await studio.WaitForLinesAsync(2, StudioProcess.IsAddress);

        var log = studio.Lines.Where(line => !StudioProcess.IsAddress(line)).ToList();
        Assert.NotEmpty(log);
        Assert.All(log, line => JsonDocument.Parse(line).Dispose());
    }

    [Fact]
    public async Task The_token_stays_over_a_restart()
    {
        await using var studio = await StudioProcess.StartAloneAsync();
        var token = studio.Token;
        await studio.KillAsync();
        await studio.StartAgainAsync();

        Assert.Equal(token, studio.Token);
        using var client = studio.CreateClient();
        using var page = await client.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task Where_the_data_folder_cannot_be_made_the_studio_runs_and_says_so()
    {
        var file = Path.GetTempFileName();
        try
        {
            await using var studio = await StudioProcess.StartAloneAsync(("OLLAMASTUDIO_DATA", Path.Combine(file, "data")));
            using var client = studio.CreateClient();
            using var page = await client.GetAsync("/");

            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Equal(43, studio.Token.Length);
            Assert.Contains("The access token cannot be kept", studio.Output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_token_of_ones_own_is_used_and_nothing_is_written()
    {
        await using var studio = await StudioProcess.StartAloneAsync(("OLLAMASTUDIO_TOKEN", "the-team.s~own_token"));

        Assert.Equal("the-team.s~own_token", studio.Token);
        Assert.False(File.Exists(Path.Combine(studio.DataFolder, "access-token")));
    }

    [Theory]
    [InlineData("PORT", "0")]
    [InlineData("ASPNETCORE_URLS", "http://localhost:0")]
    [InlineData("ASPNETCORE_HTTP_PORTS", "1")]
    public async Task Without_a_token_everybody_on_this_machine_gets_in(string variable, string value)
    {
        // A port of localhost cannot be chosen by the system: there are two to listen on.
        value = value.Replace("localhost:0", $"localhost:{RawServer.UnusedPort()}", StringComparison.Ordinal);
        await using var studio = await StudioProcess.StartAloneAsync(("OLLAMASTUDIO_TOKEN", "none"), (variable, value));
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(studio.Address) };

        Assert.Equal("", studio.Token);
        Assert.True(new Uri(studio.Address).IsLoopback);
        using var page = await client.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        using var old = await client.GetAsync("/traces?token=of-another-day");
        Assert.Equal((HttpStatusCode.Found, "/traces"), (old.StatusCode, old.Headers.Location?.OriginalString));
    }

    [Theory]
    [InlineData("--urls=http://0.0.0.0:0")]
    [InlineData("--urls=http://*:0")]
    [InlineData("--urls=http://studio.example:0")]
    [InlineData("--urls", "http://127.0.0.1:0;http://[::]:0")]
    [InlineData("--Kestrel:Endpoints:Team:Url=http://+:0")]
    public async Task Without_a_token_nobody_listens_beyond_loopback(params string[] arguments)
    {
        var (exitCode, error) = await StudioProcess.RunToEndAsync(arguments, ("OLLAMASTUDIO_TOKEN", "none"));

        Assert.Equal(2, exitCode);
        Assert.StartsWith("OLLAMASTUDIO_TOKEN: ", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_that_makes_it_listen_beyond_loopback_is_seen_too()
    {
        var (exitCode, error) = await StudioProcess.RunToEndAsync(["--OLLAMASTUDIO_TOKEN=none"], ("ASPNETCORE_URLS", "http://0.0.0.0:0"));

        Assert.Equal(2, exitCode);
        Assert.StartsWith("--OLLAMASTUDIO_TOKEN: ", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("with a blank in the middle")]
    public async Task A_token_that_is_none_ends_the_start(string token)
    {
        var (exitCode, error) = await StudioProcess.RunToEndAsync([], ("OLLAMASTUDIO_TOKEN", token));

        Assert.Equal(2, exitCode);
        Assert.StartsWith("OLLAMASTUDIO_TOKEN: The access token must have 16 to 256 characters", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain(token, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_one_clear_line()
    {
        await using var first = await StudioProcess.StartAloneAsync();
        var (exitCode, error) = await StudioProcess.RunToEndAsync([], ("PORT", new Uri(first.Address).Port.ToString(CultureInfo.InvariantCulture)));

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"{first.Address} is in use: ", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_token_a_team_reaches_it_by_the_names_it_is_told()
    {
        await using var studio = await StudioProcess.StartAloneAsync(("ASPNETCORE_URLS", "http://0.0.0.0:0"), ("AllowedHosts", "localhost;studio.example"));
        Assert.StartsWith("http://localhost:", studio.Address, StringComparison.Ordinal);
        using var client = new HttpClient { BaseAddress = new Uri(studio.Address) };

        foreach (var (host, bearer, expected) in new[]
        {
            ("studio.example", studio.Token, HttpStatusCode.OK),
            ("studio.example", "wrong", HttpStatusCode.Unauthorized),
            ("evil.example", studio.Token, HttpStatusCode.BadRequest),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = host, Authorization = new("Bearer", bearer) } };
            using var answer = await client.SendAsync(request);
            Assert.Equal((host, expected), (host, answer.StatusCode));
        }
    }
}
