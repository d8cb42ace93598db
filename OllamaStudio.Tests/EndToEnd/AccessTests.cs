using System.Net;
using System.Net.WebSockets;
using OllamaStudio.Http;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>Who gets into the running studio, by what they bring.</summary>
public sealed class AccessTests(AccessTests.Running running) : IClassFixture<AccessTests.Running>
{
    private const string Page = "text/html,application/xhtml+xml;q=0.9";

    private StudioProcess Studio => running.Studio;

    [Theory]
    [InlineData("GET", "/", 200)]
    [InlineData("HEAD", "/css/controls.css", 200)]
    [InlineData("GET", "/settings", 200)]
    [InlineData("GET", "/css/controls.css", 200)]
    [InlineData("GET", "/js/studio.js", 200)]
    [InlineData("POST", "/_blazor/negotiate?negotiateVersion=1", 200)]
    [InlineData("GET", "/tool-images/unknown", 404)]
    [InlineData("GET", "/api/v1/unknown", 404)]
    public async Task Everything_of_the_studio_asks_for_the_token(string method, string path, int status)
    {
        using var client = Client();
        foreach (var (name, value) in new[] { ("X-Nothing", "at all"), ("Authorization", $"Bearer {Studio.Token}x"), ("Authorization", $"Basic {Studio.Token}"), ("Cookie", $"{CookieName}={Studio.Token}"), ("Cookie", $"studio-1={CookieValue}") })
        {
            foreach (var accept in new[] { Page, "*/*" })
            {
                using var refused = await SendAsync(client, method, path, (name, value), ("Accept", accept));
                Assert.Equal((path, name, HttpStatusCode.Unauthorized), (path, name, refused.StatusCode));
                Assert.Equal(accept == Page ? "text/html" : "application/problem+json", refused.Content.Headers.ContentType?.MediaType);
                Assert.Equal("Bearer", Assert.Single(refused.Headers.WwwAuthenticate).Scheme);
                Assert.True(refused.Headers.CacheControl?.NoStore);
                Assert.False(refused.Headers.Contains("Set-Cookie"));
                Assert.Contains("script-src 'self';", Assert.Single(refused.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            }
        }

        foreach (var (name, value) in new[] { ("Authorization", $"Bearer {Studio.Token}"), ("authorization", $"bearer  {Studio.Token}"), ("Cookie", $"a=b; {CookieName}={CookieValue}") })
        {
            using var answer = await SendAsync(client, method, path, (name, value));
            Assert.Equal((path, name, status), (path, name, (int)answer.StatusCode));
        }
    }

    [Fact]
    public async Task The_hubs_socket_opens_with_the_token_only()
    {
        var hub = new Uri(Studio.Address.Replace("http", "ws", StringComparison.Ordinal) + "/_blazor");
        foreach (var (name, value, opens) in new[]
        {
            ("X-Nothing", "at all", false),
            ("Authorization", "Bearer wrong", false),
            ("Cookie", $"{CookieName}=wrong", false),
            ("Authorization", $"Bearer {Studio.Token}", true),
            ("Cookie", $"{CookieName}={CookieValue}", true),
        })
        {
            using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
            socket.Options.SetRequestHeader(name, value);
            if (opens)
            {
                await socket.ConnectAsync(hub, CancellationToken.None);
                Assert.Equal(WebSocketState.Open, socket.State);
            }
            else
            {
                await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(hub, CancellationToken.None));
                Assert.Equal(HttpStatusCode.Unauthorized, socket.HttpStatusCode);
            }
        }
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/css/base.css")]
    [InlineData("/css/access.css")]
    [InlineData("/favicon.svg")]
    public async Task Health_and_the_refusals_own_files_are_open(string path)
    {
        using var client = Client();
        using var answer = await SendAsync(client, "GET", path);

        Assert.NotEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.NotEqual(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/css/base.css", "Range", "bytes=99999999-")]
    [InlineData("GET", "/favicon.svg", "If-Match", "\"x\"")]
    [InlineData("POST", "/healthz", "X-Nothing", "at all")]
    public async Task An_open_file_that_cannot_be_given_leads_to_no_page_behind_the_guard(string method, string path, string header, string value)
    {
        using var client = Client();
        using var refused = await SendAsync(client, method, path, (header, value), ("Accept", Page));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.DoesNotContain("blazor", await refused.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_page_that_is_not_there_is_said_once_and_not_found()
    {
        using var client = Client();
        using var missing = await SendAsync(client, "GET", "/no/such/page", ("Cookie", $"{CookieName}={CookieValue}"), ("Accept", Page));

        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Single(missing.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith(CookieName, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task A_watcher_may_ask_for_the_head_alone(string path)
    {
        using var client = Client();
        using var answer = await SendAsync(client, "HEAD", path);

        Assert.NotEqual(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.NotEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task The_refusal_asks_for_no_file_that_it_does_not_get()
    {
        using var client = Client();
        using var refused = await SendAsync(client, "GET", "/", ("Accept", Page));
        var page = await refused.Content.ReadAsStringAsync();
        var files = page.Split('"').Where(part => part.StartsWith('/') && part.Contains('.', StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();

        Assert.Equal(3, files.Count);
        foreach (var file in files)
        {
            using var answer = await SendAsync(client, "GET", file);
            Assert.Equal((file, HttpStatusCode.OK), (file, answer.StatusCode));
        }
    }

    [Fact]
    public async Task A_token_in_the_address_becomes_a_cookie_and_leaves_the_address()
    {
        using var client = Client();
        using var answer = await SendAsync(client, "GET", $"/traces?q=a%20b&token={Studio.Token}&x=%22", ("Accept", Page));

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal("/traces?q=a%20b&x=%22", answer.Headers.Location?.OriginalString);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.Equal($"{CookieName}={CookieValue}; max-age=2592000; path=/; samesite=strict; httponly", Assert.Single(answer.Headers.GetValues("Set-Cookie")));

        // The next request on the same connection does not profit from it.
        using var next = await SendAsync(client, "GET", "/traces", ("Accept", Page));
        Assert.Equal(HttpStatusCode.Unauthorized, next.StatusCode);
    }

    [Fact]
    public async Task The_cookie_lets_in_whatever_token_the_address_has_and_lasts_from_the_last_page_on()
    {
        using var client = Client();
        using var stripped = await SendAsync(client, "GET", "/?token=wrong", ("Cookie", $"{CookieName}={CookieValue}"), ("Accept", Page));
        Assert.Equal((HttpStatusCode.Found, "/"), (stripped.StatusCode, stripped.Headers.Location?.OriginalString));

        using var page = await SendAsync(client, "GET", "/", ("Cookie", $"{CookieName}={CookieValue}"), ("Accept", Page));
        Assert.Contains(page.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith($"{CookieName}={CookieValue}; max-age=", StringComparison.Ordinal));
        using var file = await SendAsync(client, "GET", "/css/controls.css", ("Cookie", $"{CookieName}={CookieValue}"), ("Accept", "text/css,*/*;q=0.1"));
        Assert.False(file.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_token_in_the_address_does_nothing_but_open_pages()
    {
        using var client = Client();
        using var post = await SendAsync(client, "POST", $"/_blazor/negotiate?negotiateVersion=1&token={Studio.Token}");

        Assert.Equal(HttpStatusCode.Unauthorized, post.StatusCode);
    }

    [Fact]
    public async Task An_address_that_looks_like_another_host_leads_to_none()
    {
        using var client = Client();
        using var answer = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri($"{Studio.Address}//evil.example/a?token={Studio.Token}")));

        Assert.Equal("/evil.example/a", answer.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("/traces?q=a%20b", "/traces?q=a%20b&amp;token=")]
    [InlineData("/traces?q=a%20b&token=wrong", "/traces?q=a%20b&amp;token=")]
    [InlineData("/traces?q=\"><script>", "/traces?q=%22%3E%3Cscript%3E&amp;token=")]
    [InlineData("/?token=", null)]
    public async Task A_page_that_is_refused_tries_once_more_without_the_token(string path, string? expected)
    {
        using var client = Client();
        using var refused = await SendAsync(client, "GET", path, ("Accept", Page));
        var page = await refused.Content.ReadAsStringAsync();

        Assert.Equal(expected is not null, page.Contains("http-equiv", StringComparison.Ordinal));
        if (expected is not null)
        {
            Assert.Contains($"<meta http-equiv=\"refresh\" content=\"0; url={expected}\"", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Another_origin_is_refused_even_with_the_token()
    {
        using var client = Client();
        using var refused = await SendAsync(client, "GET", "/", ("Authorization", $"Bearer {Studio.Token}"), ("Origin", "https://evil.example"));

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private string CookieName => $"studio-{new Uri(Studio.Address).Port}";

    private string CookieValue => AccessToken.Of(Studio.Token).CookieValue;

    private HttpClient Client() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(Studio.Address) };

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request);
    }

    /// <summary>One studio for all of these: none changes it.</summary>
    public sealed class Running : IAsyncLifetime
    {
        public StudioProcess Studio { get; private set; } = null!;

        public async Task InitializeAsync() => Studio = await StudioProcess.StartAsync();

        public async Task DisposeAsync() => await Studio.DisposeAsync();
    }
}
