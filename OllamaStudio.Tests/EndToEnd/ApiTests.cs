using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Spans.Transfer;
using OllamaStudio.Core.Storage.Spans;
using OllamaStudio.Tests.Chat.Transfer;
using OllamaStudio.Tests.Storage;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>The read-only API and the downloads of a studio that runs, as a script with the token finds them.</summary>
public sealed class ApiTests(ApiTests.Running running) : IClassFixture<ApiTests.Running>
{
    private const int Traces = 25;
    private const int SpansOfEach = 3;

    [Theory]
    [InlineData("service:imported")]
    [InlineData("attr.number>=0")]
    public async Task Traces_come_newest_first_page_by_page_and_each_once(string query)
    {
        List<string> ids = [];
        string? after = null;
        do
        {
            using var page = await GetAsync($"/api/v1/traces?limit=10&q={Uri.EscapeDataString(query)}{(after is null ? "" : "&after=" + after)}");
            ids.AddRange(Items(page).Select(static trace => trace.GetProperty("traceId").GetString()!));
            Assert.True(ids.Count <= Traces);
            after = page.RootElement.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null);
        Assert.Equal(Enumerable.Range(0, Traces).Reverse().Select(TraceId), ids);
    }

    [Fact]
    public async Task Spans_are_cut_anywhere_and_none_is_lost_or_told_twice()
    {
        List<string> ids = [];
        for (string? after = null; ;)
        {
            using var page = await GetAsync($"/api/v1/spans?limit=7&q=service%3Aimported{(after is null ? "" : "&after=" + after)}");
            ids.AddRange(Items(page).Select(static span => span.GetProperty("traceId").GetString() + span.GetProperty("spanId").GetString()));
            if (!page.RootElement.TryGetProperty("next", out var next))
            {
                break;
            }

            after = next.GetString();
            Assert.True(ids.Count <= Traces * SpansOfEach);
        }

        Assert.Equal(Enumerable.Range(0, Traces).Reverse().SelectMany(static trace => Enumerable.Range(0, SpansOfEach).Select(span => TraceId(trace) + SpanId(trace, span))), ids);
    }

    [Fact]
    public async Task A_query_narrows_by_fields_attributes_and_time()
    {
        using var by = await GetAsync("/api/v1/traces?q=status%3Aerror+service%3Aimported");
        Assert.Equal([TraceId(20), TraceId(10), TraceId(0)], Items(by).Select(static trace => trace.GetProperty("traceId").GetString()));
        using var attribute = await GetAsync("/api/v1/traces?q=attr.number%3D7&limit=2");
        var only = Assert.Single(Items(attribute));
        Assert.Equal((TraceId(7), "turn 7", "qwen3:8b", 3), (only.GetProperty("traceId").GetString(), only.GetProperty("name").GetString(), only.GetProperty("model").GetString(), only.GetProperty("spans").GetInt32()));
        Assert.False(only.TryGetProperty("tokensCached", out _)); // not known
        using var time = await GetAsync($"/api/v1/traces?q=service%3Aimported&from={Uri.EscapeDataString(Begin(5).ToString("O"))}&to={Uri.EscapeDataString(Begin(7).ToString("O"))}");
        Assert.Equal([TraceId(6), TraceId(5)], Items(time).Select(static trace => trace.GetProperty("traceId").GetString()));
        using var spans = await GetAsync("/api/v1/spans?q=attr.number%3D7");
        var span = Items(spans).First();
        Assert.Equal((7, "a", "imported", "client"), (span.GetProperty("attributes").GetProperty("number").GetInt32(), span.GetProperty("attributes").GetProperty("list")[0].GetString(), span.GetProperty("serviceName").GetString(), span.GetProperty("kind").GetString()));
    }

    [Theory]
    [InlineData("/api/v1/traces?q=a+duration%3Esoon", "q", 2)]
    [InlineData("/api/v1/spans?q=status%3Apurple", "q", 0)]
    [InlineData("/api/v1/traces?q=model%3Aqwen3+stauts%3Aerror", "q", 12)]
    [InlineData("/api/v1/traces?q=modle%3Alatest", "q", 0)]
    [InlineData("/api/v1/traces?q=a+tokens-in%3A5", "q", 2)]
    [InlineData("/api/v1/traces?q=durations%3E5s", "q", 0)]
    [InlineData("/api/v1/traces?limit=0", "limit", null)]
    [InlineData("/api/v1/traces?limit=1001", "limit", null)]
    [InlineData("/api/v1/spans?limit=ten", "limit", null)]
    [InlineData("/api/v1/traces?from=yesterday", "from", null)]
    [InlineData("/api/v1/traces?from=2026-01-02&to=2026-01-01", "to", null)]
    [InlineData("/api/v1/traces?after=x", "after", null)]
    [InlineData("/api/v1/traces?after=1.5b8efff798038103d269b633813fc60c.9.9", "after", null)]
    [InlineData("/api/v1/traces?follow=yes", "follow", null)]
    [InlineData("/api/v1/conversations?after=x", "after", null)]
    [InlineData("/api/v1/conversations?limit=-1", "limit", null)]
    [InlineData("/api/v1/stats?to=x", "to", null)]
    public async Task What_cannot_be_read_is_told_with_place_and_reason(string path, string parameter, int? position)
    {
        using var client = running.Studio.CreateClient();
        using var answer = await client.GetAsync(path);
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(parameter, problem.RootElement.GetProperty("parameter").GetString());
        Assert.NotEmpty(problem.RootElement.GetProperty("detail").GetString()!);
        Assert.Equal(position, problem.RootElement.TryGetProperty("position", out var place) ? place.GetInt32() : null);
    }

    [Fact]
    public async Task Conversations_are_listed_and_read_whole()
    {
        using var first = await GetAsync("/api/v1/conversations?limit=1");
        var newest = Assert.Single(Items(first));
        Assert.Equal(("Second?", "c2"), (newest.GetProperty("title").GetString(), newest.GetProperty("id").GetString()));
        using var rest = await GetAsync("/api/v1/conversations?after=" + first.RootElement.GetProperty("next").GetString());
        Assert.Equal("c1", Assert.Single(Items(rest)).GetProperty("id").GetString());
        using var client = running.Studio.CreateClient();
        await using var json = await client.GetStreamAsync("/api/v1/conversations/c1");
        Assert.Equal(["First?", "One."], (await ConversationJson.ReadAsync(json, CancellationToken.None)).Messages.Select(static message => message.Text));
        using var missing = await client.GetAsync("/api/v1/conversations/none");
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (missing.StatusCode, missing.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Figures_and_the_description_are_there()
    {
        using var stats = await GetAsync($"/api/v1/stats?to={Uri.EscapeDataString(Begin(Traces).ToString("O"))}");
        Assert.Equal((2, Traces, 3, Traces), (stats.RootElement.GetProperty("conversations").GetInt32(), stats.RootElement.GetProperty("traces").GetInt32(), stats.RootElement.GetProperty("failed").GetInt32(), stats.RootElement.GetProperty("models").GetProperty("qwen3:8b").GetInt32()));
        using var description = await GetAsync("/api/v1/openapi.json");
        var paths = description.RootElement.GetProperty("paths");
        Assert.Equal(
            ["/api/v1/conversations", "/api/v1/conversations/{id}", "/api/v1/spans", "/api/v1/stats", "/api/v1/traces"],
            paths.EnumerateObject().Select(static path => path.Name).Order(StringComparer.Ordinal));
        var parameters = paths.GetProperty("/api/v1/traces").GetProperty("get").GetProperty("parameters").EnumerateArray().ToDictionary(static parameter => parameter.GetProperty("name").GetString()!);
        Assert.Equal(["after", "follow", "from", "limit", "q", "to"], parameters.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("integer", parameters["limit"].GetProperty("schema").GetProperty("type").GetString());
        Assert.NotEmpty(parameters["q"].GetProperty("description").GetString()!);
        var responses = paths.GetProperty("/api/v1/traces").GetProperty("get").GetProperty("responses");
        Assert.Equal(["200", "400", "401", "503"], responses.EnumerateObject().Select(static response => response.Name).Order(StringComparer.Ordinal));
        var content = responses.GetProperty("200").GetProperty("content");
        Assert.True(content.GetProperty("application/x-ndjson").GetProperty("schema").GetProperty("properties").TryGetProperty("traceId", out _));
        Assert.True(content.TryGetProperty("application/json", out _));
        var conversation = paths.GetProperty("/api/v1/conversations/{id}").GetProperty("get").GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema");
        Assert.True(conversation.GetProperty("properties").GetProperty("messages").GetProperty("items").GetProperty("properties").TryGetProperty("parentId", out _));
    }

    [Fact]
    public async Task Downloads_have_a_name_and_hold_what_was_asked_for()
    {
        using var client = running.Studio.CreateClient();
        using var markdown = await client.GetAsync("/download/conversations/c1.md");
        Assert.Equal("attachment; filename=First.md; filename*=UTF-8''First.md", markdown.Content.Headers.ContentDisposition?.ToString());
        Assert.True(markdown.Headers.CacheControl?.NoStore);
        Assert.StartsWith("# First?\n", await markdown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await using var json = await client.GetStreamAsync("/download/conversations/c1.json");
        Assert.Equal("c1", (await ConversationJson.ReadAsync(json, CancellationToken.None)).Id);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/download/conversations/none.md")).StatusCode);

        using var zip = new ZipArchive(new MemoryStream(await client.GetByteArrayAsync("/download/studio.zip?settings=true")));
        Assert.Equal(["conversations/c1.json", "conversations/c2.json", "manifest.json", "settings.json"], zip.Entries.Select(static entry => entry.FullName).Order(StringComparer.Ordinal));

        List<SpanRecord> spans = [];
        await using var lines = await client.GetStreamAsync("/download/traces.jsonl?q=service%3Aimported+status%3Aerror");
        await foreach (var line in OtlpReader.ReadAsync(lines, CancellationToken.None))
        {
            spans.AddRange(line.Spans);
        }

        Assert.Equal([TraceId(20), TraceId(10), TraceId(0)], spans.Select(static span => span.TraceId).Distinct());
        Assert.Equal(3 * SpansOfEach, spans.Count);
        Assert.Equal(("imported", 20L), (spans[0].Resource.ServiceName, spans[0]["number"]));
        var rows = (await client.GetStringAsync("/download/model-calls.csv?q=service%3Aimported")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Traces + 1, rows.Length);
        Assert.StartsWith("start_time,", rows[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/v1/traces")]
    [InlineData("GET", "/api/v1/openapi.json")]
    [InlineData("GET", "/download/studio.zip")]
    public async Task All_of_it_asks_for_the_token_and_refuses_other_origins(string method, string path)
    {
        using var stranger = new HttpClient { BaseAddress = new Uri(running.Studio.Address) };
        using var refused = await stranger.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var client = running.Studio.CreateClient();
        using var foreign = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path) { Headers = { { "Origin", "https://example.com" } } });
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        using var written = await client.PostAsync(path, new StringContent("{}"));
        Assert.False(written.IsSuccessStatusCode);
    }

    // The studio keeps spans for 30 days.
    private static readonly DateTimeOffset Start = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(-3), TimeSpan.Zero);

    private static DateTimeOffset Begin(int trace) => Start.AddMinutes(trace);

    private static string TraceId(int trace) => string.Create(CultureInfo.InvariantCulture, $"5b8efff798038103d269b633813f{trace:x4}");

    private static string SpanId(int trace, int span) => string.Create(CultureInfo.InvariantCulture, $"eee19b7ec3c1{trace:x2}{span:x2}");

    private static JsonElement.ArrayEnumerator Items(JsonDocument page) => page.RootElement.GetProperty("items").EnumerateArray();

    private async Task<JsonDocument> GetAsync(string path)
    {
        using var client = running.Studio.CreateClient();
        using var answer = await client.GetAsync(path);
        Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A studio that was started on a folder with traces and conversations in it.</summary>
    public sealed class Running : IAsyncLifetime
    {
        internal StudioProcess Studio { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Studio = await StudioProcess.StartAsync();
            await Studio.StopAsync();
            await FillAsync();
            await Studio.StartAgainAsync();
        }

        public async Task DisposeAsync() => await Studio.DisposeAsync();

        private async Task FillAsync()
        {
            await using var store = new StoreFixture(folder: Studio.DataFolder);
            await using var spans = new SpanWriter(store.Database, store.Writer, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<SpanWriter>.Instance, new SpanFeed(TimeProvider.System));
            foreach (var span in Enumerable.Range(0, Traces).SelectMany(static trace => Enumerable.Range(0, SpansOfEach).Select(span => Span(trace, span))))
            {
                spans.Add(span);
            }

            await spans.FlushAsync();
            using var conversations = new Core.Chat.Conversations(TimeProvider.System, new Core.Storage.Conversations.ConversationStore(store.Database, store.Writer, store.Folder));
            await conversations.ImportAsync(Documents.Line("c1", Documents.Prompt("m1", "First?"), Documents.Reply("m2", "One.")), CancellationToken.None);
            await conversations.ImportAsync(Documents.Line("c2", Documents.Prompt("m3", "Second?")) with { UpdatedAt = Documents.Start.AddHours(1) }, CancellationToken.None);
            await store.Writer.StopAsync(CancellationToken.None);
        }

        private static SpanRecord Span(int trace, int span) => new()
        {
            TraceId = TraceId(trace), SpanId = SpanId(trace, span), ParentSpanId = span == 0 ? null : SpanId(trace, 0), Name = span == 0 ? $"turn {trace}" : span == 1 ? "ollama.chat_streaming" : "execute_tool x",
            Kind = System.Diagnostics.ActivityKind.Client, StartTime = Begin(trace).AddSeconds(span), Duration = TimeSpan.FromSeconds(1), Sampled = true, Status = trace % 10 == 0 && span == 0 ? SpanStatus.Error : SpanStatus.Ok,
            Attributes = [new("number", trace), new("llm.model", "qwen3:8b"), new("list", new[] { "a" })], Resource = new SpanResource([new("service.name", "imported")]),
        };
    }
}
