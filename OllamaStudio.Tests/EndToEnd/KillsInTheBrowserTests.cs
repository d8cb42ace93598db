using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Storage;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>
/// The studio is killed at random moments while a reply is written and spans flow. A few rounds; <c>STUDIO_KILL_ROUNDS=50 dotnet test
/// --filter FullyQualifiedName~KillsInTheBrowser</c> makes the long run.
/// </summary>
[Collection(BrowserCollection.Name)]
public sealed class KillsInTheBrowserTests(BrowserFixture browser)
{
    private const int Seed = 11;

    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("STUDIO_KILL_ROUNDS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 3;

    [Fact]
    public async Task Killed_at_any_moment_it_loses_nothing_that_was_stored()
    {
        var random = new Random(Seed);
        var partial = 0;
        await using var studio = await StudioProcess.StartAsync();
        var sent = new List<string>();
        for (var round = 1; round <= Rounds; round++)
        {
            // A turn to its end, and one in whose midst the studio is killed.
            await using (var page = await StudioPage.OpenAsync(browser.Browser, studio))
            {
                sent.Add($"round {round}, short");
                await page.SendAsync($"round {round}, short");
                await page.WaitForReplyAsync("complete");
                sent.Add($"round {round}: 3,000 tokens of code, please");
                await page.SendAsync(sent[^1]);
                await Expect(page.Replies).ToHaveCountAsync(2);
                await page.Page.WaitForFunctionAsync(
                    "length => [...document.querySelectorAll(\"[data-testid='message'][data-role='assistant'] .markdown\")].pop()?.innerText.length > length", random.Next(1_500));
            }

            var before = await Stored.ReadAsync(studio);
            await studio.KillAsync();

            var after = await Stored.ReadAsync(studio);
            Assert.NotEmpty(before.Spans);
            Assert.Equal("ok", after.Integrity);
            Assert.Empty(sent.Except(after.Prompts));
            Assert.Empty(before.Messages.Except(after.Messages));
            Assert.Empty(before.Spans.Except(after.Spans));

            await studio.StartAgainAsync();
            await using var again = await StudioPage.OpenAsync(browser.Browser, studio);
            await again.Page.GetByTestId("conversation-item").First.ClickAsync();
            await Expect(again.LastReply).ToHaveAttributeAsync("data-state", "interrupted");
            await Expect(again.LastReply.GetByTestId("message-regenerate")).ToBeVisibleAsync();
            partial += (await again.LastReply.Locator(".markdown").AllInnerTextsAsync()).Any(static text => text.Length > 0) ? 1 : 0;
            var recovered = await Stored.ReadAsync(studio);
            Assert.Equal(0, recovered.Streaming);
            Assert.Empty(after.Messages.Except(recovered.Messages));
            Assert.Empty(after.Spans.Except(recovered.Spans));
        }

        Assert.Equal(Rounds * 2, sent.Count);
        Assert.InRange(partial, Rounds > 10 ? Rounds / 2 : 0, Rounds);
    }

    /// <summary>What the database holds, read beside the studio or after it.</summary>
    private sealed record Stored(string Integrity, IReadOnlyList<string> Prompts, IReadOnlyList<string> Messages, IReadOnlyList<string> Spans, int Streaming)
    {
        public static async Task<Stored> ReadAsync(StudioProcess studio)
        {
            // Not read-only: after a kill the log has to be recovered first, as the studio would.
            await using var connection = new SqliteConnection($"Data Source={Path.Combine(studio.DataFolder, StudioDatabase.FileName)};Mode=ReadWrite;Pooling=False");
            return new Stored(
                (await connection.ExecuteScalarAsync<string>("PRAGMA integrity_check"))!,
                [.. await connection.QueryAsync<string>("SELECT text FROM message WHERE role = 'user'")],
                [.. await connection.QueryAsync<string>("SELECT id FROM message")],
                [.. await connection.QueryAsync<string>("SELECT hex(span) FROM span")],
                await connection.ExecuteScalarAsync<int>("SELECT count(*) FROM message WHERE state = 'streaming'"));
        }
    }
}
