using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using CsCheck;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;
using OllamaStudio.Settings;
using OllamaStudio.Core.Tools;
using OllamaStudio.Tests.Storage.Conversations;

namespace OllamaStudio.Tests.Chat.Transfer;

public sealed class DataTransferTests
{
    [Fact]
    public async Task All_exported_and_imported_into_an_empty_folder_is_the_same_and_importing_again_changes_nothing()
    {
        await using var full = new TransferRig();
        await using var empty = new TransferRig();
        var documents = Documents.Any(8).Array[12].Single().Where(static document => !document.Messages.IsEmpty).Select(static document => document with { Messages = [.. document.Messages.Select(Ended)] }).ToList();
        Assert.NotEmpty(documents);
        await full.ImportAsync(await ArchiveOfAsync(documents));

        var archive = await full.ExportAsync();
        var report = await empty.ImportAsync(archive);
        Assert.Equal((documents.Count, 0, 0), (report.Added, report.Changed, report.Unchanged));
        Assert.Empty(report.NotTaken);
        empty.Rig.Crash(); // what counts is what is on the disk
        Assert.Equal(documents.Count, empty.Rig.Conversations.All.Count);
        foreach (var document in documents)
        {
            Documents.AssertSame(Whole(document), Whole(empty.Rig.Conversations.FindDocument(document.Id)!));
            Assert.Equal(full.Rig.Conversations.FindSummary(document.Id)!.Title, empty.Rig.Conversations.FindSummary(document.Id)!.Title);
        }

        var again = await empty.ImportAsync(archive);
        Assert.Equal((0, 0, documents.Count), (again.Added, again.Changed, again.Unchanged));
        await empty.Rig.StoreAsync();
        Assert.Equal(await ContentAsync(archive), await ContentAsync(await empty.ExportAsync()));
    }

    [Fact]
    public async Task An_image_whose_file_is_gone_is_counted_and_keeps_nothing_from_being_exported()
    {
        await using var studio = new TransferRig();
        var conversation = studio.Rig.Conversations.Create();
        studio.Rig.Begin(conversation, "look");
        conversation.AddCall(new ToolCallRecord { Id = "c", Name = "look" });
        conversation.UpdateCall("c", static call => call with { State = ToolCallState.Succeeded, Images = [new ToolImage("image/png", new byte[] { 1 }), new ToolImage("image/png", new byte[] { 2 })] });
        ConversationRig.End(conversation);
        await studio.Rig.StoreAsync();
        File.Delete(Directory.GetFiles(studio.Rig.Files.Folder.Combine("images"))[0]);
        studio.Rig.Crash();

        await using var other = new TransferRig();
        await other.ImportAsync(await studio.ExportAsync());

        var call = other.Rig.Conversations.FindDocument(conversation.Id)!.Messages[^1].ToolCalls[0];
        Assert.Equal((1, 1), (call.Images.Length, call.DroppedImages));
    }

    [Fact]
    public async Task A_conversation_that_went_on_in_both_has_the_messages_of_both()
    {
        await using var studio = new TransferRig();
        var conversation = studio.Rig.Talk("first", "one");
        var before = conversation.ToDocument();
        studio.Rig.Begin(conversation, "second");
        conversation.Append("two", null);
        ConversationRig.End(conversation);
        var elsewhere = before with { UpdatedAt = before.UpdatedAt.AddDays(1), Name = "Elsewhere", Messages = before.Messages.Add(Documents.Prompt("x1", "third") with { ParentId = before.Messages[^1].Id }), Shown = before.Shown.Add("x1") };

        var report = await studio.ImportAsync(await ArchiveOfAsync([elsewhere]));
        Assert.Equal((0, 1, 0), (report.Added, report.Changed, report.Unchanged));
        Assert.Equal(["first", "one", "third"], conversation.Messages.Select(static message => message.Text)); // seen at once where it is open
        Assert.Equal("Elsewhere", conversation.Title);
        studio.Rig.Crash();
        var stored = studio.Rig.Conversations.Find(conversation.Id)!;
        Assert.Equal(["first", "one", "second", "two", "third"], stored.AllMessages.Select(static message => message.Text));
        Assert.Equal(["first", "one", "third"], stored.Messages.Select(static message => message.Text));
    }

    [Fact]
    public async Task A_conversation_in_which_a_reply_is_being_written_is_left_alone_and_one_that_was_being_written_has_ended()
    {
        await using var studio = new TransferRig();
        var conversation = studio.Rig.Conversations.Create();
        studio.Rig.Begin(conversation, "first");
        conversation.Append("on", null);
        var archive = await studio.ExportAsync();
        Assert.Equal(1, (await studio.ImportAsync(archive)).Busy);
        Assert.True(conversation.IsGenerating);

        await using var other = new TransferRig();
        await other.ImportAsync(archive);
        var reply = other.Rig.Conversations.Find(conversation.Id)!.Messages[^1];
        Assert.Equal((MessageState.Interrupted, "on"), (reply.State, reply.Text));

        // The same where the conversation is open and knows only its beginning.
        await using var third = new TransferRig();
        await third.ImportAsync(await ArchiveOfAsync([conversation.ToDocument() with { Messages = [conversation.Messages[0]] }]));
        var opened = third.Rig.Conversations.Find(conversation.Id)!;
        Assert.Single(opened.Messages);
        await third.ImportAsync(archive);
        Assert.Equal((MessageState.Interrupted, "on"), (opened.Messages[^1].State, opened.Messages[^1].Text));
    }

    [Fact]
    public async Task A_deleted_conversation_that_is_imported_is_there_again()
    {
        await using var studio = new TransferRig();
        var conversation = studio.Rig.Talk();
        await studio.Rig.StoreAsync();
        var archive = await studio.ExportAsync();
        studio.Rig.Conversations.Remove(conversation.Id);
        studio.Rig.Conversations.Purge(conversation.Id);
        Assert.Equal(1, (await studio.ImportAsync(archive)).Added);
        studio.Rig.Conversations.Remove(conversation.Id);
        await studio.ImportAsync(archive); // not purged yet
        studio.Rig.Crash();
        Assert.Equal(["hi", "hello"], studio.Rig.Conversations.Find(conversation.Id)!.Messages.Select(static message => message.Text));
    }

    [Fact]
    public async Task A_broken_file_imports_nothing()
    {
        await using var studio = new TransferRig();
        const string Good = """{"mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":["hi"]}}}}}""";
        var fault = await Assert.ThrowsAsync<BrokenFileException>(() => studio.ImportAsync(Text($"[{Good},\n{Good.Replace("hi", "ho", StringComparison.Ordinal)},\n{{]")));
        Assert.Equal((3, 2), (fault.Line, fault.Column));
        await Assert.ThrowsAsync<BrokenFileException>(() => studio.ImportAsync(Text(Line("5b8efff798038103d269b633813fc60c") + "\n{\"resourceSpans\":1}")));
        Assert.Empty(studio.Rig.Conversations.All);
        Assert.Empty(studio.Spans.Kept);
    }

    [Fact]
    public async Task What_is_imported_is_told_and_what_is_not()
    {
        await using var studio = new TransferRig();
        const string File = """
            [{"title":"Pictures","conversation_id":"c1","mapping":{"a":{"message":{"author":{"role":"user"},"content":{"content_type":"multimodal_text","parts":["Look.",{"content_type":"image_asset_pointer"}]}}}}},
             {"title":"Nothing","conversation_id":"c2","mapping":{}}]
            """;
        var report = await studio.ImportAsync(Text(File));
        Assert.Equal((1, 1, 1L, 1), (report.Added, report.Empty, report.Messages, report.LossyCount));
        Assert.Equal(new NotTaken("image", 1), Assert.Single(report.NotTaken));
        var lossy = Assert.Single(report.Lossy);
        Assert.Equal(("Pictures", studio.Rig.Conversations.Newest!.Id), (lossy.Title, lossy.Id));
        studio.Rig.Time.Advance(TimeSpan.FromDays(1)); // the file says nothing of times: nothing in it is newer
        var again = await studio.ImportAsync(Text(File));
        Assert.Equal((0, 0, 1), (again.Added, again.Changed, again.Unchanged));
    }

    [Fact]
    public async Task The_zip_of_ChatGPT_and_lines_of_spans_are_taken_by_what_they_hold()
    {
        await using var studio = new TransferRig();
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in (IEnumerable<string>)["export/conversations-000.json", "export/conversations-001.json", "export/user.json"])
            {
                await using var writer = new StreamWriter(archive.CreateEntry(name).Open());
                await writer.WriteAsync("""[{"title":"NAME","mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":["hi"]}}}}}]""".Replace("NAME", name, StringComparison.Ordinal));
            }
        }

        Assert.Equal(2, (await studio.ImportAsync(zip)).Added);
        Assert.Equal(["export/conversations-000.json", "export/conversations-001.json"], studio.Rig.Conversations.All.Select(static summary => summary.Title).Order(StringComparer.Ordinal));
        var report = await studio.ImportAsync(Text(Line("5b8efff798038103d269b633813fc60c") + "\n" + Line("5b8efff798038103d269b633813fc60d") + "\n{\"resourceLogs\":[]}\n"));
        Assert.Equal(2, report.Spans);
        Assert.Equal(new NotTaken("line of metrics or logs", 1), Assert.Single(report.NotTaken));
        Assert.Equal(["5b8efff798038103d269b633813fc60c", "5b8efff798038103d269b633813fc60d"], studio.Spans.Kept.Select(static span => span.TraceId));
    }

    [Fact]
    public async Task What_was_taken_before_a_fault_is_told_with_it_to_the_span()
    {
        await using var studio = new TransferRig();
        studio.Spans.Room = 600;
        var spans = string.Join(',', Enumerable.Range(1, 1_100).Select(static id => $$"""{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"{{id:x16}}","startTimeUnixNano":"1","endTimeUnixNano":"2"}"""));
        var report = await studio.ImportAsync(Text($$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{{spans}}]}]}]}"""));
        Assert.Equal((512, 512), (report.Spans, studio.Spans.Kept.Count));
        Assert.Equal("It ended before its time: The disk broke. What was taken stays; the same import goes on with the rest. Imported: 512 spans.", ImportText.Summary(report));
    }

    [Fact]
    public async Task A_cancelled_import_keeps_what_it_took_and_the_next_goes_on()
    {
        await using var studio = new TransferRig();
        var archive = await ArchiveOfAsync([.. Enumerable.Range(0, 5).Select(static number => Documents.Line($"c{number}", Documents.Prompt($"m{number}", "hi")))]);
        using var stop = new CancellationTokenSource();
        var checking = new List<ImportProgress>();
        var report = await studio.ImportAsync(archive, new Sink(progress =>
        {
            checking.Add(progress);
            if (progress is { IsChecking: false, Conversations: 2 })
            {
                stop.Cancel();
            }
        }), cancellationToken: stop.Token);
        Assert.True(report.IsCancelled);
        Assert.Equal(2, report.Added);
        Assert.Equal(2, studio.Rig.Conversations.All.Count);
        Assert.Equal([0.2, 0.4, 0.6, 0.8, 1, 0.2, 0.4], checking.Select(static progress => Math.Round(progress.Share, 2)));
        var rest = await studio.ImportAsync(archive);
        Assert.Equal((3, 2), (rest.Added, rest.Unchanged));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => studio.ImportAsync(archive, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Settings_travel_on_request_and_never_a_secret()
    {
        await using var from = new TransferRig();
        const string Secret = "sk-not-to-be-seen";
        await from.Settings.SaveAsync(
            static settings => settings with
            {
                Telemetry = settings.Telemetry with { ServiceName = "my-studio", Destination = settings.Telemetry.Destination with { ApiKey = Secret } },
                Mcp = settings.Mcp with { Servers = [new McpServerSettings { Name = "files", Command = "npx", Environment = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("KEY", Secret) }] },
            }, CancellationToken.None);
        Assert.Equal(Secret, from.Settings.Current.Telemetry.Destination.ApiKey);
        Assert.Null(new ZipArchive(await from.ExportAsync()).GetEntry("settings.json"));
        var archive = await from.ExportAsync(withSettings: true);
        Assert.DoesNotContain(Secret, await ContentAsync(archive), StringComparison.Ordinal);

        await using var to = new TransferRig();
        Assert.Equal(0, (await to.ImportAsync(archive)).Settings);
        Assert.NotEqual("my-studio", to.Settings.Current.Telemetry.ServiceName);
        var report = await to.ImportAsync(archive, withSettings: true);
        Assert.Equal(1, report.Settings);
        Assert.Empty(report.SettingFaults);
        Assert.Equal("my-studio", to.Settings.Current.Telemetry.ServiceName);
    }

    // The text that a stored conversation cannot have: what is transient, and not of a message that has ended.
    private static MessageRecord Ended(MessageRecord message) => message with
    {
        State = message.IsStreaming ? MessageState.Complete : message.State, Phase = default, SilentSince = null, Role = message.Role,
        ToolCalls = [.. message.ToolCalls.Select(static call => call.IsPending ? call with { State = ToolCallState.Cancelled } : call)],
    };

    private static ConversationDocument Whole(ConversationDocument document) => document with
    {
        // Where no sibling was named as shown, the first one is once it is here.
        DisabledTools = [.. document.DisabledTools.Distinct().Order(StringComparer.Ordinal)],
        Shown = [.. document.Messages.GroupBy(static message => message.ParentId).Select(siblings => siblings.FirstOrDefault(message => document.Shown.Contains(message.Id)) ?? siblings.First()).Select(static message => message.Id)],
    };

    private static string Line(string traceId) =>
        """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"TRACE","spanId":"eee19b7ec3c1b174","startTimeUnixNano":"1","endTimeUnixNano":"2"}]}]}]}""".Replace("TRACE", traceId, StringComparison.Ordinal);

    private static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));

    private static async Task<MemoryStream> ArchiveOfAsync(IReadOnlyList<ConversationDocument> documents)
    {
        var file = new MemoryStream();
        await using (var archive = await ArchiveWriter.CreateAsync(file, TimeProvider.System, CancellationToken.None))
        {
            foreach (var document in documents)
            {
                await archive.AddAsync(document, CancellationToken.None);
            }

            await archive.CompleteAsync(CancellationToken.None);
        }

        return file;
    }

    // All of an archive but when it was made.
    private static async Task<string> ContentAsync(MemoryStream archive)
    {
        using var zip = new ZipArchive(new MemoryStream(archive.ToArray()));
        var content = new StringBuilder();
        foreach (var entry in zip.Entries.Where(static entry => entry.FullName != "manifest.json").OrderBy(static entry => entry.FullName, StringComparer.Ordinal))
        {
            using var reader = new StreamReader(entry.Open(), Encoding.Latin1);
            content.Append(entry.FullName).Append('\n').Append(await reader.ReadToEndAsync()).Append('\n');
        }

        return content.ToString();
    }

    private sealed class Sink(Action<ImportProgress> report) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => report(value);
    }
}
