using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Ollama;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Settings;

/// <summary>Login and headers for an Ollama behind a proxy: sent to that server, kept protected, shown nowhere.</summary>
public sealed class OllamaCredentialsTests : IDisposable
{
    private const string Basic = "Basic bWU6czplY3JldCDDvA==";

    private readonly SettingsFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_login_in_the_address_is_taken_out_of_it_and_fixed_with_it()
    {
        var settings = Open("http://me:s%3Aecret%20%C3%BC@proxy.example:8443/ollama");

        Assert.Equal(("http://proxy.example:8443/ollama", "me:s:ecret ü"), (settings.Current.Ollama.Host, settings.Current.Ollama.Login));
        Assert.Equal(("OLLAMA_HOST", "OLLAMA_HOST"), (settings.FixedBy(SettingKeys.OllamaHost), settings.FixedBy(SettingKeys.OllamaLogin)));
        Assert.Empty(settings.Faults);
        Assert.DoesNotContain("ecret", settings.Current.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_one_the_login_can_be_set_on_the_page()
    {
        var settings = Open("http://proxy.example");

        Assert.Null(settings.Current.Ollama.Login);
        Assert.Null(settings.FixedBy(SettingKeys.OllamaLogin));
    }

    [Theory]
    [InlineData("http://onlyname@proxy.example")]
    [InlineData("http://:s-ecret@proxy.example")]
    [InlineData("http://me:s/ecret@proxy.example")]
    public void What_is_wrong_with_one_is_said_without_it(string host)
    {
        var settings = Open(host);

        Assert.NotEmpty(settings.Faults);
        Assert.DoesNotContain(settings.Faults, fault => fault.Message.Contains("ecret", StringComparison.Ordinal));
        Assert.DoesNotContain(_fixture.Logger.Messages, message => message.Contains("ecret", StringComparison.Ordinal));
        Assert.Null(settings.Current.Ollama.Login);
        Assert.DoesNotContain("@", settings.Current.Ollama.Host, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Saved_login_and_headers_are_not_in_the_file_in_clear_text_and_come_back()
    {
        await SaveAsync(_fixture.Open(), "http://proxy.example");

        var text = await File.ReadAllTextAsync(_fixture.FilePath);
        Assert.DoesNotContain("s:ecret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("tenant-value", text, StringComparison.Ordinal);
        var again = _fixture.Open().Current.Ollama;
        Assert.Equal(("me:s:ecret ü", "tenant-value"), (again.Login, again.Headers["X-Tenant"]));
        Assert.DoesNotContain("tenant-value", again.ToString(), StringComparison.Ordinal);
        Assert.Contains("X-Tenant", again.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host", "x", "set by the studio")]
    [InlineData("content-length", "1", "set by the studio")]
    [InlineData("X Tenant", "x", "letters, digits")]
    [InlineData("X-Tenant", "a\nb", "plain ASCII")]
    public async Task A_header_that_cannot_be_sent_is_refused_with_a_reason(string name, string value, string reason)
    {
        var result = await _fixture.Open().SaveAsync(
            current => current with { Ollama = current.Ollama with { Headers = ImmutableSortedDictionary<string, string>.Empty.Add(name, value) } }, CancellationToken.None);

        var fault = Assert.Single(result.Faults);
        Assert.Equal(SettingKeys.OllamaHeaders, fault.Key);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_go_to_the_server_that_the_settings_name_and_to_no_other()
    {
        await using ScriptedServer named = await ScriptedServer.AnswerAsync("""{"version":"1"}""");
        await using ScriptedServer other = await ScriptedServer.AnswerAsync("""{"version":"1"}""");
        var settings = _fixture.Open();
        await SaveAsync(settings, named.Address.ToString());
        await using var provider = new ServiceCollection().AddSingleton<ISettings>(settings).AddOllama().BuildServiceProvider();
        var create = provider.GetRequiredService<Func<OllamaEndpoint, OllamaClient>>();

        foreach (ScriptedServer server in new[] { named, other })
        {
            using OllamaClient client = create(server.Endpoint);
            await client.GetVersionAsync();
        }

        Assert.Equal((Basic, "tenant-value"), (Header(named, "Authorization"), Header(named, "X-Tenant")));
        Assert.Equal(("", ""), (Header(other, "Authorization"), Header(other, "X-Tenant")));
    }

    [Fact]
    public async Task A_changed_login_is_sent_from_the_next_request_on()
    {
        var settings = _fixture.Open();
        using var servers = new OllamaServers(
            settings, new NoDemo(), static endpoint => new OllamaClient(endpoint), TimeProvider.System, NullLogger<OllamaServers>.Instance);
        using ClientLease before = servers.LeaseConfigured();
        using ClientLease again = servers.LeaseConfigured();
        Assert.Same(before.Client, again.Client);

        await SaveAsync(settings, settings.Current.Ollama.Host);

        using ClientLease after = servers.LeaseConfigured();
        Assert.NotSame(before.Client, after.Client);
    }

    [Theory]
    [InlineData("Bearer mine", "Bearer mine")]
    [InlineData(null, Basic)]
    public async Task A_header_of_ones_own_goes_before_the_login(string? own, string sent)
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(Lines.Done);
        var headers = ImmutableSortedDictionary<string, string>.Empty;
        using var client = new OllamaClient(server.Endpoint, options: new OllamaClientOptions
        {
            ApiKey = "key of ollama.com", Login = "me:s:ecret ü", Headers = own is null ? headers : headers.Add("authorization", own),
        });

        await client.ChatStreamAsync(new OllamaChatRequest { Model = "m" }).CollectAsync();

        Assert.Equal(sent, Header(server, "Authorization"));
    }

    [Fact]
    public async Task A_proxy_that_asks_for_a_login_is_told_apart_from_Ollama()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(context =>
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"models\"";
            context.Response.ContentType = "text/html";
            return Task.CompletedTask;
        });
        using var client = new OllamaClient(server.Endpoint);

        var error = await Assert.ThrowsAsync<OllamaException>(() => client.ListModelsAsync());

        Assert.Equal(OllamaErrorKind.Unauthorized, error.Kind);
        Assert.Contains("http://user:password@host", error.NextStep, StringComparison.Ordinal);
    }

    private static string Header(ScriptedServer server, string name) => server.Request.Headers.GetValueOrDefault(name, "");

    private SettingsService Open(string host) => _fixture.Open(new() { Environment = new Dictionary<string, string> { ["OLLAMA_HOST"] = host } });

    private static async Task SaveAsync(SettingsService settings, string host)
    {
        var result = await settings.SaveAsync(
            current => current with
            {
                Ollama = current.Ollama with { Host = host, Login = "me:s:ecret ü", Headers = ImmutableSortedDictionary<string, string>.Empty.Add("X-Tenant", "tenant-value") },
            },
            CancellationToken.None);
        Assert.Empty(result.Faults);
    }

    private sealed class NoDemo : IDemoServer
    {
        public Task<OllamaEndpoint> StartAsync(CancellationToken cancellationToken) => throw new IOException("There is none.");
    }
}
