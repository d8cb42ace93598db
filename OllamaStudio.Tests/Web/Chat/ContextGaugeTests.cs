using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Bunit;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MudBlazor;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;
using OllamaStudio.Shared.Demo;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Chat;

/// <summary>What the gauge says before a message is sent, over the real meter and a demo that says what its models can do.</summary>
public sealed class ContextGaugeTests : BunitContext, IToolSource, IAsyncLifetime
{
    private const string Able = "demo-tools:latest";
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(30);

    private readonly FakeSettings _settings = new();
    private readonly DemoServer _demo = new(TimeProvider.System);
    private readonly TokenRatios _ratios = new();
    private readonly OllamaServers _servers;
    private readonly Conversation _conversation = new("c", TimeProvider.System);
    private readonly IRenderedComponent<MudPopoverProvider> _layers;
    private int _toolsOff;

    public ContextGaugeTests()
    {
        _settings.Update(settings => settings with { Ollama = settings.Ollama with { Server = ServerChoice.Demo } });
        _servers = new OllamaServers(_settings, _demo, static endpoint => new OllamaClient(endpoint), TimeProvider.System, NullLogger<OllamaServers>.Instance);
        var box = new ToolBox([this]);
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudBlazor();
        Services.AddSingleton(_servers);
        Services.AddSingleton(box);
        Services.AddSingleton<ISettings>(_settings);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(new ContextMeter(_settings, _servers, new ChatTools(box, new ModelCapabilities(_servers)), _ratios, TimeProvider.System));
        _layers = Render<MudPopoverProvider>();
    }

    public event Action? Changed { add { } remove { } }

    public IReadOnlyList<StudioTool> Tools { get; } =
    [
        new StudioTool { Function = AIFunctionFactory.Create((string city) => "sun", "weather", "Says what the weather is in a city."), Source = "test" },
        new StudioTool { Function = AIFunctionFactory.Create((string text) => "", "note", "Writes a note."), Source = "test" },
    ];

    public Task InitializeAsync() => _servers.RefreshAsync(CancellationToken.None);

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    [Fact]
    public void The_lever_says_what_it_saves_in_tokens_and_in_time_and_asks_for_it()
    {
        Exchange("Hello", static stats => stats);
        var gauge = Open(Able);
        Assert.Matches("^Switch off these 2 tools: −[0-9]+ tokens$", Lever());

        // A tenth of a second for each token that was read the last time.
        Exchange("And now?", static stats => stats with { InputTokens = 1_000, CachedTokens = 0, PromptEvalDuration = TimeSpan.FromSeconds(100) });
        gauge.Render(parameters => parameters.Add(p => p.Draft, "What next?"));
        _layers.WaitForAssertion(() => Assert.Matches("^Switch off these 2 tools: −[0-9]+ tokens, about [0-9]+ s less wherever the prompt is read from the beginning$", Lever()), s_guard);
        Assert.StartsWith("The next message is read from the beginning then", _layers.Find("[data-testid=context-tools-cost]").TextContent, StringComparison.Ordinal);
        var (tokens, seconds) = (Number(Lever(), "−([0-9]+)"), Number(Lever(), "about ([0-9]+)"));
        Assert.InRange(seconds, (tokens / 10) - 1, (tokens / 10) + 1);
        Assert.Equal($"{tokens}", Figure("Definitions of 2 tools"));

        _layers.Find("[data-testid=context-tools-off]").Click();
        _layers.WaitForAssertion(() => Assert.Equal(1, _toolsOff), s_guard);
        gauge.Render(parameters => parameters.Add(p => p.DisabledTools, [.. Tools.Select(static tool => tool.Id)]));
        _layers.WaitForAssertion(() => Assert.Empty(_layers.FindAll("[data-testid=context-tools-off]")), s_guard);
        Assert.Null(Figure("Definitions of 2 tools"));
    }

    [Theory]
    [InlineData(ContextFull.LeaveOut, "2 messages will be left out", "It does not fit: the 2 oldest messages, up to “first word word", "will be left out.")]
    [InlineData(ContextFull.Ask, "does not fit", "It does not fit: the 2 oldest messages, up to “first word word", "would have to be left out; you will be asked.")]
    [InlineData(ContextFull.Cut, "Ollama will cut it", "It does not fit: Ollama will cut it", ", without saying what.")]
    public void What_will_be_lost_stands_on_the_button_with_a_sign_and_in_words_for_whoever_does_not_see_it(ContextFull whenFull, string onButton, string begins, string ends)
    {
        _settings.Update(settings => settings with { Chat = settings.Chat with { WhenContextIsFull = whenFull } });
        Exchange("first" + string.Concat(Enumerable.Repeat(" word", 1_000)), static stats => stats);
        var gauge = Open("demo-small:latest", window: 2_048, draft: "short");
        var button = gauge.Find("[data-testid=context-meter]");
        Assert.DoesNotContain(":", button.TextContent, StringComparison.Ordinal);
        Assert.Empty(button.QuerySelectorAll("svg"));
        Assert.Empty(gauge.FindAll("[role=status]"));
        Assert.Empty(_layers.FindAll("[data-testid=context-warning]"));

        gauge.Render(parameters => parameters.Add(p => p.Draft, "second" + string.Concat(Enumerable.Repeat(" word", 1_000))));

        gauge.WaitForAssertion(() => Assert.EndsWith($" of 2k: {onButton}", gauge.Find("[data-testid=context-meter]").TextContent.Trim(), StringComparison.Ordinal), s_guard);
        button = gauge.Find("[data-testid=context-meter]");
        Assert.NotEmpty(button.QuerySelectorAll("svg"));
        Assert.Equal(1, Count(button.TextContent, onButton));
        Assert.Equal($"Context: about {button.TextContent.Trim()}", button.GetAttribute("aria-label"));
        var said = gauge.Find("[role=status]").TextContent;
        Assert.StartsWith(begins, said, StringComparison.Ordinal);
        Assert.EndsWith(ends, said, StringComparison.Ordinal);
        _layers.WaitForAssertion(() => Assert.Equal(said, _layers.Find("[data-testid=context-warning]").TextContent.Trim()), s_guard);
    }

    [Fact]
    public void The_history_grows_with_the_reply_that_is_being_written()
    {
        Open("demo-small:latest");
        Assert.True(_conversation.TryBegin(
            new MessageRecord { Id = "p", Role = MessageRole.User, Text = "And?", CreatedAt = DateTimeOffset.UnixEpoch },
            new MessageRecord { Id = "r", Role = MessageRole.Assistant, State = MessageState.Streaming, CreatedAt = DateTimeOffset.UnixEpoch }));
        _conversation.Append(string.Concat(Enumerable.Repeat("word ", 1_000)), null);

        _layers.WaitForAssertion(() => Assert.True(int.Parse(Figure("History, 2 messages") ?? "0", System.Globalization.NumberStyles.AllowThousands, System.Globalization.CultureInfo.InvariantCulture) > 500), s_guard);
    }

    [Fact]
    public void A_message_that_is_too_long_alone_has_nothing_older_to_leave_out()
    {
        var gauge = Open("demo-small:latest", window: 512, draft: string.Concat(Enumerable.Repeat(" word", 1_000)));

        gauge.WaitForAssertion(() => Assert.EndsWith("of 512: does not fit", gauge.Find("[data-testid=context-meter]").TextContent.Trim(), StringComparison.Ordinal), s_guard);
        Assert.Equal("It does not fit, and there is nothing older to leave out.", gauge.Find("[role=status]").TextContent);
    }

    [Fact]
    public void Of_several_models_that_are_asked_the_fullest_is_shown_and_named()
    {
        _ratios.Learn("demo-small:latest", 1_000, 200);
        _ratios.Learn(Able, 1_000, 800);
        var gauge = Open("demo-small:latest", window: 2_048, draft: new string('x', 1_000));

        gauge.Render(parameters => parameters.Add(p => p.Several, ["demo-small:latest", Able, "demo-thinking:latest"]).Add(p => p.DisabledTools, [.. Tools.Select(static tool => tool.Id)]));

        _layers.WaitForAssertion(() => Assert.Equal("Of demo-tools, the fullest of 3 models that are asked.", _layers.Find("[data-testid=context-whose]").TextContent), s_guard);
        Assert.Matches("^Context: about 8[0-9]{2} of 2k tokens used \\(demo-tools, the fullest of 3 models\\)$", gauge.Find("[data-testid=context-meter]").GetAttribute("aria-label"));

        gauge.Render(parameters => parameters.Add(p => p.Several, []));
        _layers.WaitForAssertion(() => Assert.Empty(_layers.FindAll("[data-testid=context-whose]")), s_guard);
    }

    [Fact]
    public void It_says_that_it_is_an_estimate_and_how_good_the_last_ones_were()
    {
        var gauge = Open("demo-small:latest", window: 2_048, draft: "short");
        Assert.Equal("estimate, not yet checked against a count", Estimate());

        foreach (var (tokens, words) in new[] { (250, "estimate, not yet checked against a count"), (200, "estimate, the last one within 25 %"), (200, "estimate, the last 2 within 25 %") })
        {
            _ratios.Learn("demo-small:latest", 1_000, tokens);
            gauge.Render(parameters => parameters.Add(p => p.Draft, $"short {tokens}"));
            _layers.WaitForAssertion(() => Assert.Equal(words, Estimate()), s_guard);
        }
    }

    [Fact]
    public void Attached_files_have_a_figure_of_their_own_and_images_nobody_can_count_are_said_to_be_in_none()
    {
        var file = AttachmentFile.Read("a.txt", Encoding.UTF8.GetBytes(new string('x', 4_000)), out _)!;
        var gauge = Open("demo-small:latest", window: 4_096, draft: "What is this?");
        Assert.Null(Figure("1 attached file"));
        var message = int.Parse(Figure("This message")!, System.Globalization.CultureInfo.InvariantCulture);

        gauge.Render(parameters => parameters.Add(p => p.Files, [file]));
        _layers.WaitForAssertion(() => Assert.InRange(int.Parse(Figure("1 attached file")!.Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture), 990, 1_050), s_guard);
        Assert.Equal(message, int.Parse(Figure("This message")!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Empty(_layers.FindAll("[data-testid=context-images]"));
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        _servers.Dispose();
        await _demo.DisposeAsync();
    }

    private IRenderedComponent<ContextGauge> Open(string model, int window = 4_096, string draft = "")
    {
        var gauge = Render<ContextGauge>(parameters => parameters
            .Add(p => p.Model, model).Add(p => p.Conversation, _conversation).Add(p => p.Draft, draft)
            .Add(p => p.Parameters, ChatParameters.None.With(ChatParameter.NumCtx, JsonValue.Create(window)))
            .Add(p => p.DisabledTools, ImmutableHashSet.Create<string>(StringComparer.Ordinal)).Add(p => p.OnToolsOff, () => _toolsOff++));
        gauge.WaitForElement("[data-testid=context-meter]", s_guard);
        gauge.InvokeAsync(() => gauge.Find("[data-testid=context-meter]").Click()).GetAwaiter().GetResult();
        _layers.WaitForElement(".gauge", s_guard);
        return gauge;
    }

    private void Exchange(string prompt, Func<TurnStats, TurnStats> stats)
    {
        var now = DateTimeOffset.UnixEpoch;
        Assert.True(_conversation.TryBegin(
            new MessageRecord { Id = Guid.NewGuid().ToString("N"), Role = MessageRole.User, Text = prompt, CreatedAt = now },
            new MessageRecord { Id = Guid.NewGuid().ToString("N"), Role = MessageRole.Assistant, State = MessageState.Streaming, Model = Able, CreatedAt = now }));
        _conversation.Append("Yes.", null);
        _conversation.UpdateReply(reply => reply with { State = MessageState.Complete, Stats = stats(new TurnStats()) });
    }

    private string Lever() => _layers.Find("[data-testid=context-tools-off]").TextContent.Trim();

    private string Estimate() => _layers.Find(".sum .muted").TextContent;

    private string? Figure(string name) => _layers.FindAll("dt").FirstOrDefault(term => term.TextContent == name)?.NextElementSibling!.TextContent;

    private static int Number(string text, string pattern) =>
        int.Parse(System.Text.RegularExpressions.Regex.Match(text, pattern, System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
