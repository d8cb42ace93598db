using System.Text.Json;
using Microsoft.Playwright;
using OllamaStudio.Core.Settings;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>What a person does with MCP servers and their tools.</summary>
internal static class McpPage
{
    // A server's program is started, and a model is loaded: both may have to be read from a cold disk.
    private static readonly LocatorAssertionsToHaveAttributeOptions s_patient = new() { Timeout = 60_000 };

    /// <summary>The variable that gives the studio these servers.</summary>
    public static (string Name, string Value) Configured(params McpServerSettings[] servers) => ("OllamaStudio__Mcp__Servers", JsonSerializer.Serialize(servers.Select(
        server => new { server.Name, Transport = server.Transport.ToString(), server.Command, server.Arguments, server.Environment, server.Url, server.TrustsReadOnly })));

    /// <summary>The card of a server on the settings page.</summary>
    public static ILocator Server(StudioPage page, string name) => page.Page.Locator($"[data-testid='mcp-server'][data-name='{name}']");

    /// <summary>Opens the settings and waits until the server is there.</summary>
    public static async Task<StudioPage> OpenSettingsAsync(IBrowser browser, StudioProcess studio, string server)
    {
        var page = await StudioPage.OpenAsync(browser, studio, "/settings");
        await ExpectReadyAsync(page, server);
        return page;
    }

    /// <summary>Opens a chat once the server is there.</summary>
    public static async Task<StudioPage> OpenChatAsync(IBrowser browser, StudioProcess studio, string server)
    {
        var page = await OpenSettingsAsync(browser, studio, server);
        await page.GoAsync("/");
        return page;
    }

    public static Task ExpectReadyAsync(StudioPage page, string server) =>
        Expect(Server(page, server).GetByTestId("mcp-status")).ToHaveAttributeAsync("data-state", "ready", s_patient);

    /// <summary>Sends a prompt to the demo that calls tools, and waits for the reply to begin.</summary>
    public static async Task AskAsync(StudioPage page, string prompt)
    {
        var replies = await page.Replies.CountAsync();
        await page.SendAsync(prompt, "demo-tools:latest");
        await Expect(page.Replies).ToHaveCountAsync(replies + 1);
    }

    /// <summary>Waits until the reply is complete, and looks at its one call and the span of it.</summary>
    public static async Task ExpectCallAsync(StudioPage page, string tool, string arguments, string result)
    {
        await page.WaitForReplyAsync("complete");
        var card = page.LastReply.GetByTestId("tool-call");
        await Expect(card).ToHaveAttributeAsync("data-tool", tool);
        await Expect(card).ToHaveAttributeAsync("data-state", "succeeded");
        await card.Locator("summary").ClickAsync();
        if (arguments.Length > 0)
        {
            await Expect(card.Locator("pre").First).ToContainTextAsync(arguments);
        }

        await Expect(card.Locator("pre").Last).ToContainTextAsync(result);
        await Expect(page.SpanRow($"execute_tool {tool}").Last).ToHaveAttributeAsync("data-status", "ok");
    }
}
