using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Tools.Mcp;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>Answers that try a studio's patience: very long, very slow, broken off by either side.</summary>
[Collection(BrowserCollection.Name)]
public class HardAnswersInTheBrowserTests(BrowserFixture browser)
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task An_answer_of_ten_megabytes_is_shown_to_its_end_and_the_chat_goes_on()
    {
        const int Chunks = 100_000;
        var asked = 0;
        await using var ollama = await HardOllama.StartAsync(async response =>
        {
            if (Interlocked.Increment(ref asked) > 1)
            {
                await response.WriteLinesAsync(HardOllama.Said("Short again."), HardOllama.Done);
                return;
            }

            for (var chunk = 0; chunk < Chunks; chunk++)
            {
                await response.WriteAsync(HardOllama.Said($"Sentence {chunk} is *one* of very many that nobody has asked for, yet here it stands with the others.{(chunk % 8 == 7 ? "\\n\\n" : " ")}") + "\n");
            }

            await response.WriteLinesAsync(HardOllama.Said("The very end."), HardOllama.Done);
        });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);

        await page.SendAsync("Everything you know, please");
        await Expect(page.LastReply).ToHaveAttributeAsync("data-state", "streaming");
        await page.Composer.PressSequentiallyAsync("typed meanwhile");
        await page.WaitForReplyAsync("complete", 180_000);

        await Expect(page.LastReply.Locator(".markdown")).ToContainTextAsync("The very end.");
        await Expect(page.LastReply.Locator(".markdown")).ToContainTextAsync("Sentence 0 is");
        await Expect(page.LastReply.GetByTestId("hidden-part")).ToContainTextAsync("are not shown here");
        await Expect(page.Composer).ToHaveValueAsync("typed meanwhile");
        Assert.True(await page.Page.EvaluateAsync<int>("document.querySelectorAll('*').length") < 10_000);

        // Nothing is lost: what is copied is all of it.
        await page.LastReply.GetByRole(AriaRole.Button, new() { Name = "Copy the reply" }).ClickAsync();
        await Expect(page.LastReply.GetByRole(AriaRole.Button, new() { Name = "Copied", Exact = true })).ToBeVisibleAsync();
        Assert.Equal(Chunks, await page.Page.EvaluateAsync<int>("navigator.clipboard.readText().then(text => text.split('Sentence ').length - 1)"));

        await page.Send.ClickAsync();
        await Expect(page.Replies).ToHaveCountAsync(2);
        await page.WaitForReplyAsync("complete");
        await Expect(page.LastReply).ToContainTextAsync("Short again.");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task An_answer_that_comes_byte_by_byte_is_read_right()
    {
        const string Text = "Grüße aus Köln, 你好，世界 🙂👩‍👩‍👧 und ½ €.";
        await using var ollama = await HardOllama.StartAsync(async response =>
        {
            foreach (var one in Encoding.UTF8.GetBytes($"{HardOllama.Said(Text)}\n{HardOllama.Said(" Und Schluß.")}\n{HardOllama.Done}\n"))
            {
                await response.Body.WriteAsync(new[] { one });
                await response.Body.FlushAsync();
            }
        });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);

        await page.SendAsync("Slowly, please");
        await page.WaitForReplyAsync("complete");

        await Expect(page.LastReply.Locator(".markdown")).ToHaveTextAsync(Text + " Und Schluß.");
        await Expect(page.SpanRow("ollama.chat_streaming")).ToHaveAttributeAsync("data-status", "ok");
    }

    [Theory]
    [InlineData("thinking")]
    [InlineData("content")]
    public async Task A_server_that_dies_in_the_middle_leaves_what_it_said_and_the_reason(string kind)
    {
        var isHealthy = false;
        var dies = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var ollama = await HardOllama.StartAsync(async response =>
        {
            if (Volatile.Read(ref isHealthy))
            {
                await response.WriteLinesAsync(HardOllama.Said("Back again."), HardOllama.Done);
                return;
            }

            await response.WriteLinesAsync(HardOllama.Said("So far so good.", kind));
            await response.WriteAsync(HardOllama.Said("half a line", kind)[..40]);
            await response.Body.FlushAsync();
            await dies.Task;
            response.HttpContext.Abort();
        });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);

        await page.SendAsync("Tell me");
        await Expect(page.LastReply).ToContainTextAsync("So far so good.");
        dies.SetResult();

        await page.WaitForReplyAsync("failed");
        await Expect(page.LastReply).ToContainTextAsync("So far so good.");
        await Expect(page.Page.GetByTestId("error-banner")).ToContainTextAsync("The connection broke before the answer was done.");
        foreach (var span in new[] { "chat_interaction", "generate_response", "ollama.chat_streaming", "process_streaming_response" })
        {
            await Expect(page.SpanRow(span)).ToHaveAttributeAsync("data-status", "error");
        }

        await page.SpanRow("ollama.chat_streaming").ClickAsync();
        await Expect(page.Page.Locator("[data-testid='span-attribute'][data-key='error.type']")).ToContainTextAsync("stream_incomplete");
        await Expect(page.Page.GetByTestId("span-details")).ToContainTextAsync("OllamaException");

        Volatile.Write(ref isHealthy, true);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Retry" }).ClickAsync();
        await page.WaitForReplyAsync("complete");
        await Expect(page.LastReply).ToContainTextAsync("Back again.");
    }

    [Theory]
    [InlineData("loading")]
    [InlineData("silence")]
    [InlineData("thinking")]
    public async Task Stop_hangs_up_on_Ollama_whatever_it_is_at(string at)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var ollama = await HardOllama.StartAsync(async response =>
        {
            asked.SetResult();
            if (at is not "loading")
            {
                await response.WriteLinesAsync(at is "thinking" ? [HardOllama.Said("Let me see", "thinking")] : []);
                await response.Body.FlushAsync();
            }

            await response.HttpContext.UntilClosedAsync();
            closed.SetResult();
        });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);

        await page.SendAsync("Take your time");
        await asked.Task.WaitAsync(Guard);
        if (at is "thinking")
        {
            await Expect(page.LastReply.GetByTestId("thinking")).ToContainTextAsync("Let me see");
        }

        Assert.False(closed.Task.IsCompleted);
        await page.Stop.ClickAsync();

        await closed.Task.WaitAsync(Guard);
        await page.WaitForReplyAsync("stopped");
        await Expect(page.LastReply.Locator(".stopped")).ToHaveTextAsync("Stopped");
        await Expect(page.SpanRow("chat_interaction")).ToHaveAttributeAsync("data-status", "ok");
        await Expect(page.SpanRow("ollama.chat_streaming")).ToHaveAttributeAsync("data-status", "ok");
        await page.SpanRow("ollama.chat_streaming").ClickAsync();
        await Expect(page.Page.Locator("[data-testid='span-attribute'][data-key='llm.finish_reason']")).ToContainTextAsync("cancelled");
    }

    [Fact]
    public async Task Stop_cancels_the_tool_that_runs_and_Ollama_is_not_asked_again()
    {
        await using var tools = await WireServer.StartAsync();
        TaskCompletionSource called = new(TaskCreationOptions.RunContinuationsAsynchronously), hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
        tools.Answer = async (method, context) =>
        {
            if (method == "tools/call")
            {
                called.TrySetResult();
                await context.UntilClosedAsync();
                hungUp.TrySetResult();
            }

            return null;
        };
        var asked = 0;
        await using var ollama = await HardOllama.StartAsync(response =>
        {
            Interlocked.Increment(ref asked);
            return response.WriteLinesAsync(HardOllama.Called("read_notes"), HardOllama.Done);
        });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()), ("MCP_SERVER_URL", $"{tools.Address}/mcp"));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await Expect(page.Page.GetByTestId("tools-menu").Locator(".count")).ToHaveTextAsync("Tools 3");

        await page.SendAsync("Look it up");
        await page.LastReply.GetByTestId("tool-allow-once").ClickAsync();
        await called.Task.WaitAsync(Guard);
        await Expect(page.LastReply.GetByTestId("tool-call")).ToHaveAttributeAsync("data-state", "running");
        await page.Composer.PressAsync("Escape");

        await hungUp.Task.WaitAsync(Guard);
        await page.WaitForReplyAsync("stopped");
        await Expect(page.LastReply.GetByTestId("tool-call")).ToHaveAttributeAsync("data-state", "cancelled");
        await Expect(page.LastReply.Locator(".stopped")).ToHaveTextAsync("Stopped");
        await Expect(page.SpanRow("chat_interaction")).ToHaveAttributeAsync("data-status", "ok");
        Assert.Equal(1, asked);
    }
}
