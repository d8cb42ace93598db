using System.Diagnostics;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Storage;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>
/// The studio is killed at random moments while turns are sent without pause, a reply is written and the spans of those before it are stored. A few
/// rounds; <c>STUDIO_KILL_ROUNDS=50 dotnet test --filter FullyQualifiedName~KillsInTheBrowser</c> makes the long run, and <c>STUDIO_KILL_SEED</c> repeats one.
/// </summary>
[Collection(PagesCollection.Name)]
public sealed class KillsInTheBrowserTests(BrowserFixture browser, ITestOutputHelper output)
{
    // Spans are gathered for a second: a kill comes before that, and after.
    private const int LongestDelay = 1_500;

    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private static int Rounds => Number("STUDIO_KILL_ROUNDS") ?? 3;

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    [Fact]
    public async Task Killed_at_any_moment_it_loses_nothing_that_was_stored()
    {
        var seed = Number("STUDIO_KILL_SEED") ?? Random.Shared.Next();
        output.WriteLine($"STUDIO_KILL_SEED={seed}");
        var random = new Random(seed);
        var (partial, written) = (0, 0);
        await using var studio = await StudioProcess.StartAsync();
        var acknowledged = new List<string>();
        for (var round = 1; round <= Rounds; round++)
        {
            // Turns to their end, one straight after the other, and one that is killed at whatever it does by then: before its first word, in the midst of it, or after it.
            Stored before;
            await using (var page = await StudioPage.OpenAsync(browser.Browser, studio))
            {
                var turns = random.Next(1, 3);
                for (var turn = 1; turn <= turns; turn++)
                {
                    await page.SendAsync($"round {round}, {turn}, short");
                    await Expect(page.Replies).ToHaveCountAsync(turn);
                    await page.WaitForReplyAsync("complete");
                    acknowledged.Add($"round {round}, {turn}, short");
                }

                before = await Stored.ReadAsync(studio, isWhole: false);
                var (first, delay) = (before.Spans.Count, TimeSpan.FromMilliseconds(random.Next(LongestDelay)));
                await page.SendAsync($"round {round}: 3,000 tokens of code, please");
                using var limit = new CancellationTokenSource(Guard);
                for (var since = Stopwatch.GetTimestamp(); round == Rounds ? !(before.IsInMidst && before.Spans.Count > first) : Stopwatch.GetElapsedTime(since) < delay;)
                {
                    before = await Stored.ReadAsync(studio, isWhole: false);
                    await Task.Delay(20, limit.Token); // the last round waits for the midst of a reply, after the spans of the turns before
                }

                if (await page.Replies.CountAsync() > turns)
                {
                    before = await Stored.ReadAsync(studio, isWhole: false);
                    acknowledged.AddRange(before.Prompts.Where(prompt => prompt == $"round {round}: 3,000 tokens of code, please")); // shown while it is being stored
                }

                await studio.KillAsync();
                written += before.Spans.Count > first ? 1 : 0;
            }

            var after = await Stored.ReadAsync(studio);
            Assert.Equal("ok", after.Integrity);
            Assert.Empty(acknowledged.Except(after.Prompts));
            Assert.Empty(before.Complete.Except(after.Complete));
            Assert.All(before.Messages, message => AssertGoesOn(message, after));
            Assert.Empty(before.Spans.Except(after.Spans));
            output.WriteLine($"round {round}: {before.Spans.Count} spans seen, {after.Spans.Count} after the kill; {after.Streaming} reply in its midst");

            await studio.StartAgainAsync();
            await using var again = await StudioPage.OpenAsync(browser.Browser, studio);
            await again.Page.GetByTestId("conversation-item").First.ClickAsync();
            if (after.Streaming > 0)
            {
                await Expect(again.LastReply).ToHaveAttributeAsync("data-state", "interrupted");
                await Expect(again.LastReply.GetByTestId("message-regenerate")).ToBeVisibleAsync();
            }

            partial += after.IsInMidst && (await again.LastReply.Locator(".markdown").AllInnerTextsAsync()).Any(static text => text.Length > 0) ? 1 : 0;
            var recovered = await Stored.ReadAsync(studio);
            Assert.Equal(0, recovered.Streaming);
            Assert.Equal(after.Messages.Select(static message => message with { State = Recovered(message.State) }), recovered.Messages);
            Assert.Empty(after.Spans.Except(recovered.Spans));
        }

        // The last one was killed in the midst of a reply, after spans of the turns before were stored. Of many rounds others were, too: else the delays are wrong.
        output.WriteLine($"{partial} partial replies, spans were stored before the kill in {written} rounds");
        Assert.InRange(partial, Math.Max(1, Rounds / 10), Rounds);
        Assert.InRange(written, Math.Max(1, Rounds / 10), Rounds);
    }

    // More may have come of it until the kill; nothing that was stored is gone or another.
    private static void AssertGoesOn(StoredMessage before, Stored after)
    {
        var now = Assert.Single(after.Messages, message => message.Id == before.Id);
        Assert.StartsWith(before.Text, now.Text, StringComparison.Ordinal);
        Assert.StartsWith(before.Thinking, now.Thinking, StringComparison.Ordinal);
    }

    private static string Recovered(string state) => state == "streaming" ? "interrupted" : state;

    /// <summary>What the database holds, read beside the studio or after it.</summary>
    internal sealed record Stored(string Integrity, IReadOnlyList<StoredMessage> Messages, IReadOnlyList<string> Spans)
    {
        public IEnumerable<string> Prompts => Messages.Where(static message => message.Role == "user").Select(static message => message.Text);

        public IEnumerable<StoredMessage> Complete => Messages.Where(static message => message.State == "complete");

        public int Streaming => Messages.Count(static message => message.State == "streaming");

        public bool IsInMidst => Messages.Any(static message => message is { State: "streaming", Text.Length: > 0 });

        public static async Task<Stored> ReadAsync(StudioProcess studio, bool isWhole = true)
        {
            // Not read-only: after a kill the log has to be recovered first, as the studio would.
            await using var connection = new SqliteConnection($"Data Source={Path.Combine(studio.DataFolder, StudioDatabase.FileName)};Mode=ReadWrite;Pooling=False");
            return new Stored(
                isWhole ? (await connection.ExecuteScalarAsync<string>("PRAGMA integrity_check"))! : "",
                [.. await connection.QueryAsync<StoredMessage>("""
                    SELECT id, role, state,
                      text || ifnull((SELECT group_concat(piece.text, '' ORDER BY start) FROM message_piece AS piece WHERE message_key = key AND piece.thinking = 0), '') AS text,
                      thinking || ifnull((SELECT group_concat(piece.text, '' ORDER BY start) FROM message_piece AS piece WHERE message_key = key AND piece.thinking = 1), '') AS thinking
                    FROM message ORDER BY key
                    """)],
                [.. await connection.QueryAsync<string>("SELECT hex(span) FROM span")]);
        }
    }

    /// <summary>A message with all that is stored of it, be it in pieces.</summary>
    internal sealed record StoredMessage(string Id, string Role, string State, string Text, string Thinking);
}
