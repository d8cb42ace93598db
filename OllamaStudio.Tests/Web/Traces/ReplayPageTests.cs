using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Lab;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Chat;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

/// <summary>A model call that is made again on its page, through the real client against a real server.</summary>
[Collection("telemetry")]
public sealed class ReplayPageTests : PanelTestBase, IAsyncLifetime
{
    private SimulatorServer _ollama = null!;
    private ChatRig _rig = null!;
    private SpanListener _listener = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        _listener = new SpanListener(Feed, StudioDiagnostics.Name);
        _ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        _rig = await ChatRig.StartAsync(_ollama.Address);
        Services.AddSingleton(_rig.Servers);
        Services.AddSingleton(new ReplayRunner(_rig.Servers, _rig.Store, _rig, _rig.Settings, new ContentCapture(_rig.Settings), TimeProvider.System));
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        _listener.Dispose();
        await DisposeAsync();
        await _rig.DisposeAsync();
        await _ollama.DisposeAsync();
        if (Stored.IsValueCreated)
        {
            await Stored.Value.DisposeAsync();
        }

        Feed.Dispose();
        Log.Dispose();
    }

    private static SpanRecord Call(params (string Key, object? Value)[] attributes) => Span(1, name: "ollama.chat_streaming", durationMs: 4000, attributes:
    [
        ("openinference.span.kind", "LLM"), ("llm.vendor", "ollama"), ("llm.model", "demo-small:latest"), ("llm.message_count", 1),
        ("llm.load_duration_ms", 1000.0), ("llm.eval_duration_ms", 3000.0), ("llm.tokens_output", 30), .. attributes,
    ]);

    private static (string, object?)[] Content =>
    [
        ("gen_ai.input.messages", """[{"role":"system","parts":[{"type":"text","content":"Be brief."}]},{"role":"user","parts":[{"type":"text","content":"short"}]}]"""),
        ("gen_ai.output.messages", """[{"role":"assistant","parts":[{"type":"text","content":"Something that no simulator says."}]}]"""),
    ];

    private IRenderedComponent<ReplayPage> Page(int trace = 1) =>
        Render<ReplayPage>(parameters => parameters.Add(page => page.TraceId, TraceId(trace)).Add(page => page.SpanId, SpanId(1)));

    [Fact]
    public async Task The_answer_stands_beside_the_original_with_what_differs()
    {
        Hold(Call(Content));
        var page = Page();
        Assert.Equal([("system", "Be brief."), ("user", "short")], page.FindAll("[data-testid=replay-message]").Select(message => (message.GetAttribute("data-role")!, message.GetAttribute("value")!)));

        await page.Find("[data-testid=replay-message][data-role=user]").ChangeAsync("short, please");
        await page.Find("[data-testid=replay-options]").ChangeAsync("""{"temperature": 0.1}""");
        await page.Find("[data-testid=replay-run]").ClickAsync();

        page.WaitForAssertion(() => Assert.Equal("complete", page.Find("[data-testid=replay-result]").GetAttribute("data-state")));
        Assert.Equal("1.00 s", page.Find("[data-name=Loading]").QuerySelector("td")!.TextContent);
        Assert.NotEqual("", page.FindAll("[data-name='Tokens out'] td")[1].TextContent);
        Assert.Contains("simulator", string.Concat(page.FindAll("[data-testid=replay-diff] del").Select(piece => piece.TextContent)), StringComparison.Ordinal);
        Assert.NotEmpty(page.FindAll("[data-testid=replay-diff] ins"));
        var replayed = Feed.FindTrace(page.Find("[data-testid=replay-trace]").GetAttribute("href")!["traces/".Length..])!.Spans.Single(CallReader.IsModelCall);
        Assert.Equal(("short, please", 0.1), (replayed["llm.last_message_preview"], replayed["llm.temperature"]));
    }

    [Fact]
    public async Task What_is_wrong_is_said_and_nothing_is_sent()
    {
        Hold(Call(Content));
        var page = Page();

        await page.Find("[data-testid=replay-options]").ChangeAsync("""{"num_ctx": "big"}""");
        await page.Find("[data-testid=replay-run]").ClickAsync();

        Assert.Equal("“big” is not a value of num_ctx. Set num_ctx to a whole number.", page.Find("[data-testid=replay-problem]").TextContent.Trim());
        Assert.Equal("idle", page.Find("[data-testid=replay-result]").GetAttribute("data-state"));
    }

    [Fact]
    public async Task A_failure_is_told_in_Ollamas_words_with_what_to_do()
    {
        Hold(Call([.. Content, ("llm.model", "gone")]) with { Attributes = [.. Call(Content).Attributes.Select(static one => one.Key == "llm.model" ? KeyValuePair.Create<string, object?>(one.Key, "gone") : one)] });
        var page = Page();
        Assert.Contains("gone (not installed)", page.Find("[data-testid=replay-model]").TextContent, StringComparison.Ordinal);

        await page.Find("[data-testid=replay-run]").ClickAsync();

        page.WaitForAssertion(() => Assert.StartsWith("model 'gone' not found", page.Find("[data-testid=replay-problem]").TextContent.Trim(), StringComparison.Ordinal));
        Assert.Equal("failed", page.Find("[data-testid=replay-result]").GetAttribute("data-state"));
    }

    [Fact]
    public async Task Without_content_there_is_a_message_to_write_and_the_setting_that_was_missing()
    {
        Hold(Call());
        var page = Page();
        Assert.Contains("Set Capture to Full", page.Find("[data-testid=replay-note]").TextContent, StringComparison.Ordinal);

        await page.Find("[data-testid=replay-run]").ClickAsync();
        Assert.Contains("Write a message", page.Find("[data-testid=replay-problem]").TextContent, StringComparison.Ordinal);

        await page.Find("[data-testid=replay-message]").ChangeAsync("short");
        await page.Find("[data-testid=replay-run]").ClickAsync();
        page.WaitForAssertion(() => Assert.Equal("complete", page.Find("[data-testid=replay-result]").GetAttribute("data-state")));
        Assert.Contains("was not captured", page.Find("[data-testid=replay-result]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_the_call_went_to_another_server_is_said()
    {
        await _rig.Servers.RefreshAsync(default);
        Hold(Call([.. Content, ("llm.host", "http://models.example:11434")]));
        Assert.Contains("This call went to http://models.example:11434. The replay goes to ", Page().Find("[data-testid=replay-elsewhere]").TextContent, StringComparison.Ordinal);

        Feed.Record(Call([.. Content, ("llm.host", _ollama.Address.AbsoluteUri.TrimEnd('/'))]) with { TraceId = TraceId(2) });
        Assert.Empty(Page(2).FindAll("[data-testid=replay-elsewhere]"));
    }

    [Fact]
    public async Task A_server_that_is_gone_is_said()
    {
        await _ollama.DisposeAsync();
        await _rig.Servers.RefreshAsync(default);
        Hold(Call(Content));

        Assert.NotEmpty(Page().Find("[data-testid=replay-server]").TextContent.Trim());
    }

    [Fact]
    public void A_trace_that_is_gone_and_a_span_that_asks_no_model_are_told_apart()
    {
        Assert.Contains("no longer kept", Page(7).Find("[data-testid=replay-missing]").TextContent, StringComparison.Ordinal);

        Hold(Span(1, trace: 2));
        Assert.Contains("no call of a model", Page(2).Find("[data-testid=replay-missing]").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("curl", "curl --silent")]
    [InlineData("http", "### demo-small:latest")]
    [InlineData("csharp", "using System;")]
    public async Task A_model_call_is_copied_from_its_details(string form, string expected)
    {
        JSInterop.Setup<bool>("studio.copy", _ => true).SetResult(true);
        Hold(Call(Content));
        var details = Render<SpanDetails>(parameters => parameters.Add(p => p.Span, Call(Content)).Add(p => p.Now, Start));
        Assert.Equal($"traces/{TraceId(1)}/replay/{SpanId(1)}", details.Find("[data-testid=span-replay]").GetAttribute("href"));

        var popovers = Render<MudBlazor.MudPopoverProvider>();
        await details.Find("[data-testid=span-copy-as]").ClickAsync();
        await popovers.WaitForElement($"[data-copy-as={form}]").ClickAsync();

        popovers.WaitForAssertion(() => Assert.StartsWith("Copied as", popovers.Find("[data-testid=span-copied]").TextContent, StringComparison.Ordinal));
        Assert.StartsWith(expected, Assert.IsType<string>(Assert.Single(JSInterop.Invocations["studio.copy"]).Arguments[0]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_span_that_asks_no_model_offers_neither()
    {
        var details = Render<SpanDetails>(parameters => parameters.Add(p => p.Span, Span(1)).Add(p => p.Now, Start));

        Assert.Empty(details.FindAll("[data-testid=span-copy-as], [data-testid=span-replay]"));
    }
}
