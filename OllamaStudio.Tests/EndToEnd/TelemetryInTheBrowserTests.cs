using OllamaStudio.Simulator;
using OllamaStudio.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>What leaves the process, seen from the receiver's side, while a person works in the browser.</summary>
[Collection(PagesCollection.Name)]
public sealed class TelemetryInTheBrowserTests(BrowserFixture browser) : IAsyncLifetime
{
    private const string Secret = "the-word-is-xylophone";

    private SimulatorServer _ollama = null!;
    private OtlpReceiver _phoenix = null!;

    public async Task InitializeAsync()
    {
        _ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        _phoenix = await OtlpReceiver.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _ollama.DisposeAsync();
        await _phoenix.DisposeAsync();
    }

    [Fact]
    public async Task A_turn_arrives_whole_with_its_project_its_previews_and_Ollamas_own_counts()
    {
        await using var studio = await StartAsync(("PHOENIX_PROJECT_NAME", "kitchen"), ("OTEL_SERVICE_NAME", "cook"));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);

        await page.SendAsync($"{Secret} and a long answer", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        var root = await _phoenix.WaitForAsync(span => span.Name == "chat_interaction");
        await _phoenix.WaitForAsync(span => span.TraceId == root.TraceId && span.Name == "log_interaction");
        var trace = _phoenix.Spans.Where(span => span.TraceId == root.TraceId).ToList();

        Assert.Equal(
            ["chat_interaction", "generate_response", "log_interaction", "ollama.chat_streaming", "ollama_request", "process_streaming_response"],
            trace.Select(span => span.Name).Order(StringComparer.Ordinal));
        Assert.All(trace, span =>
        {
            Assert.Equal("kitchen", span.Project);
            Assert.Equal("kitchen", span.Headers["x-project-name"]);
            Assert.Equal("kitchen", span.Resource["openinference.project.name"]);
            Assert.Equal("cook", span.Resource["service.name"]);
            Assert.Equal(root.Attributes["session.id"], span.Attributes["session.id"]);
        });

        var call = trace.Single(span => span.Name == "ollama.chat_streaming");
        Assert.Contains(Secret, (string)call.Attributes["llm.last_message_preview"]!, StringComparison.Ordinal);
        Assert.Equal(1000, ((string)call.Attributes["llm.response_preview"]!).Length);

        // The footer shows the same counts as the span carries.
        var output = (long)call.Attributes["llm.tokens_output"]!;
        Assert.Equal(output, call.Attributes["gen_ai.usage.output_tokens"]);
        var text = output < 1000 ? $"{output} out" : $"{output / 1000.0:0.#}k out";
        await Expect(page.Page.GetByTestId("message-stats")).ToContainTextAsync(text);
    }

    [Fact]
    public async Task What_is_saved_on_the_settings_page_is_in_the_next_span()
    {
        await using var studio = await StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("first", "demo-small:latest");
        await page.WaitForReplyAsync("complete");

        await page.GoAsync("/settings");
        await page.Page.GetByTestId("setting-service-name").FillAsync("renamed");
        await page.Page.GetByTestId("setting-project").FillAsync("new project");
        await page.Page.GetByTestId("setting-save").ClickAsync();
        await Expect(page.Page.GetByTestId("settings-saved")).ToBeVisibleAsync();
        await page.GoAsync("/");
        await page.SendAsync("second", "demo-small:latest");
        await page.WaitForReplyAsync("complete");

        var renamed = await _phoenix.WaitForAsync(span => span.Name == "chat_interaction" && Equals(span.Resource["service.name"], "renamed"));
        Assert.Equal("new project", renamed.Project);
        Assert.Contains(_phoenix.Spans, span => span.Name == "chat_interaction" && Equals(span.Resource["service.name"], "ollama-client"));
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task With_capture_off_no_word_of_the_chat_is_on_any_span()
    {
        await using var studio = await StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.Page.GetByTestId("status-capture").ClickAsync();
        await page.Page.GetByLabel("Off: lengths and counts only").CheckAsync();
        await Expect(page.Page.GetByTestId("status-capture")).ToHaveAttributeAsync("data-state", "off");
        await page.Page.Keyboard.PressAsync("Escape");

        await page.SendAsync(Secret, "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        await Expect(page.LastReply).ToContainTextAsync("not captured");
        var root = await _phoenix.WaitForAsync(span => span.Name == "chat_interaction");
        await _phoenix.WaitForAsync(span => span.TraceId == root.TraceId && span.Name == "ollama.chat_streaming");

        // Neither the prompt nor a sentence of the reply is on any span.
        var sentence = (await page.LastReply.Locator(".markdown p").First.InnerTextAsync()).Trim();
        Assert.True(sentence.Length > 20);
        var call = _phoenix.Spans.Single(span => span.TraceId == root.TraceId && span.Name == "ollama.chat_streaming");
        Assert.Equal((long)Secret.Length, call.Attributes["llm.last_message_length"]);
        Assert.DoesNotContain("llm.response_preview", call.Attributes.Keys);
        Assert.All(_phoenix.Spans, span =>
        {
            var values = span.Attributes.Values.Concat(span.Events.SelectMany(one => one.Attributes.Values)).Append(span.StatusMessage);
            Assert.DoesNotContain(values, value => value?.ToString() is { } text
                && (text.Contains(Secret, StringComparison.Ordinal) || text.Contains(sentence[..20], StringComparison.Ordinal)));
        });

        await page.SpanRow("ollama.chat_streaming").ClickAsync();
        await Expect(page.Page.Locator("[data-testid='span-attribute'][data-key='llm.last_message_length']")).ToBeVisibleAsync();
        await Expect(page.Page.GetByTestId("span-details")).Not.ToContainTextAsync(Secret);
    }

    [Fact]
    public async Task At_ratio_zero_the_panel_shows_all_and_nothing_arrives()
    {
        await using var studio = await StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.Page.GetByTestId("status-sampling").ClickAsync();
        await page.Page.GetByLabel("None", new() { Exact = true }).CheckAsync();
        await Expect(page.Page.GetByTestId("status-sampling")).ToHaveAttributeAsync("data-state", "none");
        await page.Page.Keyboard.PressAsync("Escape");

        await page.SendAsync("unseen", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        await Expect(page.SpanRow("chat_interaction")).ToHaveAttributeAsync("data-sampled", "false");

        // Sampling on again, the next turn arrives, and nothing of the one before it.
        await page.Page.GetByTestId("status-sampling").ClickAsync();
        await page.Page.GetByLabel("All", new() { Exact = true }).CheckAsync();
        await Expect(page.Page.GetByTestId("status-sampling")).ToHaveAttributeAsync("data-state", "all");
        await page.Page.Keyboard.PressAsync("Escape");
        await page.SendAsync("seen", "demo-small:latest");
        await Expect(page.Replies).ToHaveCountAsync(2);
        await page.WaitForReplyAsync("complete");
        var root = await _phoenix.WaitForAsync(span => span.Name == "chat_interaction");

        Assert.Equal("seen", root.Attributes["input.value"]);
        Assert.All(_phoenix.Spans, span => Assert.True(span.TraceId == root.TraceId || span.Name == "ollama.verify_connection"));
    }

    [Fact]
    public async Task A_hanging_endpoint_leaves_the_chat_alone_and_the_status_recovers_by_itself()
    {
        _phoenix.Answer = OtlpReceiverAnswer.Hang;
        await using var studio = await StartAsync(("OTEL_BSP_EXPORT_TIMEOUT", "1000"));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);

        await page.SendAsync("hello", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        var status = page.Page.GetByTestId("status-export");
        await Expect(status).ToHaveAttributeAsync("data-state", "failing", new() { Timeout = 30_000 });

        _phoenix.Answer = OtlpReceiverAnswer.Ok;
        await page.SendAsync("hello again", "demo-small:latest");
        await Expect(status).ToHaveAttributeAsync("data-state", "healthy", new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task The_first_span_of_the_process_arrives()
    {
        await using var studio = await StudioProcess.StartAloneAsync(Servers);

        Assert.Equal("OllamaStudio", (await _phoenix.WaitForAsync(span => span.Name == "ollama.verify_connection")).Scope);
    }

    [Fact]
    public async Task The_spans_of_a_turn_that_the_end_of_the_process_stops_still_arrive()
    {
        await using var slow = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 20, LoadDelay = TimeSpan.Zero });
        await using var studio = await StartAsync(("OLLAMA_HOST", slow.Address.ToString()), ("OTEL_BSP_SCHEDULE_DELAY", "60000"));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("Write a long answer", "demo-small:latest");
        await Expect(page.LastReply.Locator(".markdown")).ToBeVisibleAsync();

        await studio.StopAsync();

        var root = await _phoenix.WaitForAsync(span => span.Name == "chat_interaction");
        Assert.Equal("cancelled", root.Attributes["llm.finish_reason"]);
        Assert.Contains(_phoenix.Spans, span => span.TraceId == root.TraceId && span.Name == "ollama.chat_streaming");
    }

    [Fact]
    public async Task A_test_span_is_read_back_from_Phoenix()
    {
        _phoenix.IsPhoenix = true;
        await using var studio = await StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/settings");

        await page.Page.GetByTestId("test-export").ClickAsync();

        await Expect(page.Page.GetByTestId("test-export-result")).ToContainTextAsync("stored", new() { Timeout = 30_000, IgnoreCase = true });
        Assert.Contains(_phoenix.Spans, span => span.Name == "studio.test_span");
    }

    [Fact]
    public async Task Spans_that_wait_for_the_old_address_go_to_the_new_one_when_a_person_says_so()
    {
        await using var studio = await StartAsync(("PHOENIX_ENDPOINT", ""));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/settings");
        await SaveEndpointAsync(page, StudioProcess.Unreachable + "/v1/traces");
        await page.GoAsync("/");
        await page.SendAsync("early", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        var status = page.Page.GetByTestId("status-export");
        await Expect(status).ToHaveAttributeAsync("data-state", "waiting", new() { Timeout = 30_000 });

        // Saved at once, whatever is answered; and what comes after arrives meanwhile.
        await page.GoAsync("/settings");
        await SaveEndpointAsync(page, _phoenix.TracesUrl);
        await Expect(page.Page.GetByTestId("export-left-behind")).ToContainTextAsync("for the old address");
        await page.GoAsync("/");
        await page.SendAsync("late", "demo-small:latest");
        await _phoenix.WaitForAsync(span => span.Name == "chat_interaction" && Equals(span.Attributes["input.value"], "late"));
        Assert.DoesNotContain(_phoenix.Spans, span => span.Name == "chat_interaction" && Equals(span.Attributes["input.value"], "early"));

        await status.ClickAsync();
        await page.Page.GetByTestId("status-export-send-here").ClickAsync();
        await _phoenix.WaitForAsync(span => span.Name == "chat_interaction" && Equals(span.Attributes["input.value"], "early"));
        await Expect(page.Page.GetByTestId("status-export-left-behind")).ToHaveCountAsync(0);
        await Expect(status).ToHaveAttributeAsync("data-state", "healthy");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_setting_that_the_environment_fixes_is_shown_as_fixed()
    {
        await using var studio = await StartAsync(("OTEL_SERVICE_NAME", "fixed-by-test"));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/settings");

        var name = page.Page.GetByTestId("setting-service-name");
        await Expect(name).ToHaveValueAsync("fixed-by-test");
        await Expect(name).ToBeDisabledAsync();
        await Expect(page.Page.GetByText("OTEL_SERVICE_NAME").First).ToBeVisibleAsync();
        await studio.WaitForLinesAsync(1, static line => line.Contains("Telemetry initialized: service=fixed-by-test, project=default, endpoint=", StringComparison.Ordinal));
    }

    private static async Task SaveEndpointAsync(StudioPage page, string endpoint)
    {
        await page.Page.GetByTestId("setting-endpoint").FillAsync(endpoint);
        await page.Page.GetByTestId("setting-save").ClickAsync();
        await Expect(page.Page.GetByTestId("settings-saved")).ToBeVisibleAsync();
    }

    private Task<StudioProcess> StartAsync(params (string Name, string Value)[] environment) => StudioProcess.StartAsync([.. Servers, .. environment]);

    private (string Name, string Value)[] Servers => [("OLLAMA_HOST", _ollama.Address.ToString()), ("PHOENIX_ENDPOINT", _phoenix.TracesUrl)];
}
