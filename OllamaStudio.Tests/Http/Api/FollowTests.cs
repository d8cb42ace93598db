using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage;
using OllamaStudio.Core.Storage.Spans;
using OllamaStudio.Http.Api;
using OllamaStudio.Tests.Chat;
using OllamaStudio.Tests.Storage;

namespace OllamaStudio.Tests.Http.Api;

/// <summary>What goes on until the caller leaves: over a real server, a real feed and a real database.</summary>
public sealed class FollowTests : IAsyncLifetime
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly StoreFixture _files = new();
    private readonly SpanFeed _feed = new(TimeProvider.System);
    private readonly Core.Chat.Conversations _conversations = new(TimeProvider.System);
    private SpanWriter _spans = null!;
    private WebApplication _app = null!;

    [Fact]
    public async Task Spans_are_told_as_they_end_each_once_and_only_of_what_was_asked_for()
    {
        Record("1", "1", isEnded: true); // before anybody listened
        using var client = new HttpClient();
        using var follow = await FollowAsync(client, "/api/v1/spans?follow=true&q=model%3Aqwen3");
        Record("2", "1", isEnded: false);
        Record("2", "2", isEnded: true);
        Assert.Equal(("2", "2"), await ReadAsync(follow));
        Record("3", "1", isEnded: true, model: "llama3");
        Record("2", "1", isEnded: true);
        Assert.Equal(("2", "1"), await ReadAsync(follow));
        _spans.Add(Span("4", "1", isEnded: true)); // stored without having been live
        await _spans.FlushAsync();
        Assert.Equal(("4", "1"), await ReadAsync(follow));
        Record("1", "2", isEnded: true);
        Assert.Equal(("1", "2"), await ReadAsync(follow));
    }

    [Theory]
    [InlineData("/api/v1/conversations")]
    [InlineData("/api/v1/stats")]
    public async Task Where_it_is_not_known_which_conversations_there_are_that_is_said_and_no_empty_list(string path)
    {
        using var unlisted = new Core.Chat.Conversations(TimeProvider.System, new HeldStore(_files) { Unreadable = new StoreUnreadableException("It cannot be read now.") });
        await using var app = await StartAsync(unlisted);
        using var client = new HttpClient();
        using var answer = await client.GetAsync(AddressOf(app) + path);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("It cannot be read now.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/traces")]
    [InlineData("/api/v1/traces?q=attr.nobody%3A1")]
    [InlineData("/api/v1/spans")]
    [InlineData("/api/v1/stats")]
    public async Task Where_a_file_is_there_that_cannot_be_opened_that_is_said_though_a_page_is_full_of_what_is_live(string path)
    {
        await using var files = new StoreFixture(open: false);
        Directory.CreateDirectory(files.Folder.Path);
        await File.WriteAllTextAsync(files.Folder.Combine(StudioDatabase.FileName), "not a database");
        using var database = new StudioDatabase(files.Folder, TimeProvider.System, NullLogger<StudioDatabase>.Instance);
        Record("9", "1", isEnded: true);
        await using var app = await StartAsync(_conversations, database);
        using var client = new HttpClient();
        using var answer = await client.GetAsync(AddressOf(app) + path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + (path.EndsWith("stats", StringComparison.Ordinal) ? "" : "limit=1"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("cannot be read now", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/traces", "trace")]
    [InlineData("/api/v1/stats", "trace_model")]
    public async Task Where_the_store_cannot_be_read_that_is_said_and_no_empty_page(string path, string damaged)
    {
        _spans.Add(Span("4", "1", isEnded: true));
        await _spans.FlushAsync();
        _feed.Clear();
        await _files.DamageAsync(damaged);
        using var client = new HttpClient();
        using var answer = await client.GetAsync(AddressOf(_app) + path);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("damaged", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trace_is_told_when_it_has_ended()
    {
        using var client = new HttpClient();
        using var follow = await FollowAsync(client, "/api/v1/traces?follow=true");
        Record("5", "1", isEnded: false);
        Record("5", "2", isEnded: true);
        Record("6", "1", isEnded: true);
        Assert.Equal("6", (await ReadAsync(follow)).Trace);
        Record("5", "1", isEnded: true);
        Assert.Equal("5", (await ReadAsync(follow)).Trace);
    }

    [Fact]
    public async Task A_long_turn_is_told_at_its_end_however_many_others_began_meanwhile_and_whatever_it_fits_only_then()
    {
        using var client = new HttpClient();
        var (before, after) = (Span("7", "1", isEnded: false), Span("8", "1", isEnded: false));
        _feed.Record(before);
        using var all = await FollowAsync(client, "/api/v1/traces?follow=true");
        using var failed = await FollowAsync(client, "/api/v1/traces?follow=true&q=status%3Aerror");
        _feed.Record(after);
        for (var other = 0; other < TraceFollower.MaxTraces + 20; other++)
        {
            _feed.Record(Span("9", "1", isEnded: true) with { TraceId = other.ToString("x31", CultureInfo.InvariantCulture) + "9" });
            if (other % 50 == 49)
            {
                Assert.Equal("9", (await ReadAsync(all)).Trace); // it keeps up
            }
        }

        foreach (var turn in (SpanRecord[])[before, after])
        {
            _feed.Record(turn with { Duration = TimeSpan.FromSeconds(9), Status = SpanStatus.Error });
        }

        HashSet<string> ends = [(await ReadAsync(failed)).Trace, (await ReadAsync(failed)).Trace];
        Assert.Equal(["7", "8"], ends.Order());
        ends.Clear();
        while (ends.Count < 2)
        {
            if ((await ReadAsync(all)).Trace is var end and ("7" or "8"))
            {
                ends.Add(end);
            }
        }
    }

    [Fact]
    public async Task Who_leaves_is_not_served_any_more_and_the_server_ends_who_stays()
    {
        using var client = new HttpClient();
        var leaving = await FollowAsync(client, "/api/v1/traces?follow=true");
        using var staying = await FollowAsync(client, "/api/v1/traces?follow=true");
        leaving.Dispose();
        var stopping = _app.StopAsync();
        Assert.Null(await staying.ReadLineAsync().WaitAsync(Guard));
        await stopping.WaitAsync(Guard);
    }

    public async Task InitializeAsync()
    {
        _spans = new SpanWriter(_files.Database, _files.Writer, TimeProvider.System, NullLogger<SpanWriter>.Instance, _feed);
        _app = await StartAsync(_conversations);
    }

    private async Task<WebApplication> StartAsync(Core.Chat.Conversations conversations, StudioDatabase? database = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(conversations);
        builder.Services.AddSingleton<ITraces>(new TraceList(_feed, new SpanReader(database ?? _files.Database, _spans), conversations, TimeProvider.System));
        builder.Services.AddApi();
        var app = builder.Build();
        app.MapApi();
        await app.StartAsync();
        return app;
    }

    private static string AddressOf(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _spans.DisposeAsync();
        _conversations.Dispose();
        await _files.DisposeAsync();
    }

    private async Task<StreamReader> FollowAsync(HttpClient client, string path)
    {
        var answer = await client.GetAsync(AddressOf(_app) + path, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Guard);
        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType?.MediaType);
        return new StreamReader(await answer.Content.ReadAsStreamAsync());
    }

    // The last digit of each id.
    private static async Task<(string Trace, string? Span)> ReadAsync(StreamReader lines)
    {
        using var line = JsonDocument.Parse((await lines.ReadLineAsync().WaitAsync(Guard))!);
        return (line.RootElement.GetProperty("traceId").GetString()![^1..], line.RootElement.TryGetProperty("spanId", out var span) ? span.GetString()![^1..] : null);
    }

    private void Record(string trace, string span, bool isEnded, string model = "qwen3") => _feed.Record(Span(trace, span, isEnded, model));

    private static SpanRecord Span(string trace, string span, bool isEnded, string model = "qwen3") => new()
    {
        TraceId = new string('a', 31) + trace, SpanId = new string('b', 15) + span, ParentSpanId = span == "1" ? null : new string('b', 15) + "1", Name = "x", StartTime = TimeProvider.System.GetUtcNow(),
        Duration = isEnded ? TimeSpan.FromMilliseconds(5) : null, Status = isEnded ? SpanStatus.Ok : SpanStatus.Running, Attributes = [new("llm.model", model)],
    };
}
