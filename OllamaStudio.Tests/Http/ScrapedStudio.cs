using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Http;
using OllamaStudio.Tests.Settings;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Telemetry;
using OllamaStudio.Tests.Tools;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;

namespace OllamaStudio.Tests.Http;

/// <summary>The page of metrics behind the guard in a real Kestrel, and turns that are measured. For tests of the collection "telemetry" only.</summary>
internal sealed partial class ScrapedStudio : IAsyncDisposable
{
    public const string Token = "a-token-of-the-tests";

    private readonly SettingsFixture _folder = new();
    private readonly WebApplication _app;
    private readonly TurnFixture _turn;

    private ScrapedStudio()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ISettings>(Settings);
        builder.Services.AddSingleton(AccessSettings.Read(
            new() { Environment = new Dictionary<string, string> { [AccessSettings.Variable] = Token } }, _folder.Folder, beyondLoopback: null));
        builder.Services.AddTelemetry();
        builder.Services.AddMetricsPage();
        _app = builder.Build();
        _app.UseAccessGuard();
        _app.MapMetricsPage();
        _turn = new TurnFixture { Prices = new PriceList(Settings), Facts = static _ => new ModelFacts(1000, null, null) };
    }

    public FakeSettings Settings { get; } = new(new StudioSettings
    {
        Telemetry = new() { ServiceName = "scraped" }, Prices = new() { Models = [new() { Model = "*", InputPrice = 1_000, OutputPrice = 10_000 }] },
    });

    public Uri Address => new(_app.Urls.Single());

    /// <summary>The trace of the last turn that went well.</summary>
    public string TraceId => _turn.TraceId!;

    public static async Task<ScrapedStudio> StartAsync()
    {
        var studio = new ScrapedStudio();
        await studio._app.StartAsync();
        return studio;
    }

    /// <summary>A turn that fails, one with two tool calls of which one fails, and one that goes well.</summary>
    public async Task RunTurnsAsync()
    {
        await _turn.RunAsync(Throw(new IOException("gone")));
        using (var agent = new AgentFixture())
        {
            agent.Offer("add", () => 8);
            agent.Offer("fail", int () => throw new InvalidOperationException("no"));
            await agent.RunAsync(AgentFixture.Call("add", "1"), AgentFixture.Call("fail", "2"), AgentFixture.Say("8"));
        }

        _turn.Settings.UpdateTelemetry(_ => Settings.Current.Telemetry);
        await _turn.RunAsync(Say("a"), Say("b"), Done(cached: 6));
    }

    public async Task<HttpResponseMessage> AskAsync(string? token = Token, string? accept = null)
    {
        using var client = new HttpClient { BaseAddress = Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await client.SendAsync(request);
    }

    /// <summary>The samples of the page: name, labels and value.</summary>
    public async Task<IReadOnlyList<(string Name, IReadOnlyDictionary<string, string> Labels, double Value)>> ScrapeAsync()
    {
        using var answer = await AskAsync();
        answer.EnsureSuccessStatusCode();
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n').Where(static line => line.Length > 0 && line[0] != '#').ToList();
        return [.. lines.Select(static line => Sample().Match(line)).Select(static match =>
        {
            Assert.True(match.Success);
            var labels = Label().Matches(match.Groups["labels"].Value).ToDictionary(static label => label.Groups["name"].Value, static label => label.Groups["value"].Value, StringComparer.Ordinal);
            return (match.Groups["name"].Value, (IReadOnlyDictionary<string, string>)labels, double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture));
        })];
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _turn.Dispose();
        _folder.Dispose();
    }

    [GeneratedRegex("^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)({(?<labels>.*)})? (?<value>[^ ]+)( [0-9]+)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sample();

    [GeneratedRegex("(?<name>[a-z_]+)=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Label();
}
