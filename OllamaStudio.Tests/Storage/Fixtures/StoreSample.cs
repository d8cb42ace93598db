using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Conversations;
using OllamaStudio.Core.Storage.Rollups;
using OllamaStudio.Core.Storage.Spans;
using OllamaStudio.Core.Tools;
using OllamaStudio.Tests.Chat.Transfer;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Insights.CallSamples;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Storage.Fixtures;

/// <summary>
/// Something of everything that a studio stores. <see cref="WriteAsync"/> stores it with the code of this version, and
/// <see cref="AssertAsync"/> reads it back out of a file of this or an earlier one: what it expects never changes.
/// </summary>
internal static class StoreSample
{
    private static readonly byte[] s_image = [0x89, 0x50, 0x4E, 0x47];

    private static readonly ConversationDocument s_conversation = new()
    {
        Id = "c0ffee", Name = "Herons", CreatedAt = Documents.Start, UpdatedAt = Documents.Start.AddMinutes(5), Model = "qwen3:8b", DisabledTools = ["mcp.delete"],
        SystemPrompt = "Be brief.", Parameters = """{"temperature":0.5}""", IsPinned = true, Tags = ["birds", "Vögel"],
        Messages =
        [
            Documents.Prompt("m1", "What does a heron eat? 蒼鷺"),
            Documents.Reply("m2", "Fish.") with { ParentId = "m1" },
            Documents.Reply("m3", "Fish and frogs.") with
            {
                ParentId = "m1", Thinking = "A wading bird …", TraceId = TraceId(1), Sampled = true, FinishReason = "stop",
                Stats = new TurnStats { InputTokens = 1_000, EvalDuration = TimeSpan.FromSeconds(2.5) },
                ToolCalls =
                [
                    new ToolCallRecord
                    {
                        Id = "call-1", Name = "lookup", Source = "mcp", State = ToolCallState.Succeeded, Duration = TimeSpan.FromMilliseconds(12), Arguments = """{"of":"heron"}""", Result = "frogs",
                        Images = [new ToolImage("image/png", s_image)],
                    },
                ],
            },
            Documents.Prompt("m4", "And storks?") with { ParentId = "m3" },
            Documents.Reply("m5", "The same") with { ParentId = "m4", State = MessageState.Interrupted },
        ],
        Shown = ["m1", "m3", "m4", "m5"],
    };

    // Two turns, of which the second one's server is newer: a mark.
    private static readonly SpanRecord[] s_spans =
    [
        Call(1, 0, version: "0.33.3"), Tool(1, 1), Root(1, 0) with { Attributes = [.. Root(1, 0).Attributes, new("session.id", "c0ffee")] },
        Call(2, 60, version: "0.34.0") with
        {
            Events = [new SpanEventRecord("retry", Start.AddSeconds(61), [new("attempt", 2L)])], Resource = new SpanResource([new("service.name", "ollama-client"), new("host.name", "here")]),
        },
        Root(2, 60, status: SpanStatus.Error),
    ];

    /// <summary>Stores it all.</summary>
    public static async Task WriteAsync(StoreFixture files)
    {
        using var feed = new SpanFeed(TimeProvider.System);
        await using var spans = new SpanWriter(files.Database, files.Writer, TimeProvider.System, NullLogger<SpanWriter>.Instance, feed);
        var store = new ConversationStore(files.Database, files.Writer, files.Folder);
        using var conversations = new Core.Chat.Conversations(new ManualTime(), store);
        await conversations.ImportAsync(s_conversation, CancellationToken.None);
        new Drafts(store, conversations).Keep("", "an unsent question", Start);
        await new SavedQueryStore(files.Database, files.Writer).SaveAsync(new SavedQuery("Slow ones", "?q=duration%3E10s"));
        foreach (var span in s_spans)
        {
            spans.Add(span);
        }

        await spans.FlushAsync();
        using var marks = new ExportMarks(files.Writer, spans, TimeProvider.System, NullLogger<ExportMarks>.Instance);
        marks.Add([(s_spans[0].TraceId, s_spans[0].SpanId)]);
        await marks.MarkAsync(CancellationToken.None);
    }

    /// <summary>Reads it all.</summary>
    public static async Task AssertAsync(StoreFixture files)
    {
        // Images lie beside the database.
        await File.WriteAllBytesAsync(Path.Combine(files.Folder.CreateWithin("images").FullName, Convert.ToHexStringLower(SHA256.HashData(s_image))), s_image);
        var store = new ConversationStore(files.Database, files.Writer, files.Folder);
        using var conversations = new Core.Chat.Conversations(new ManualTime(), store);
        Assert.Equal("Herons", Assert.Single(conversations.All).Title);
        Documents.AssertSame(s_conversation, conversations.Find(s_conversation.Id)!.ToDocument());
        Assert.Equal(new Draft("an unsent question", Start), store.FindDraft(""));
        foreach (var query in (string[])["heron", "frog", "蒼鷺", "lookup", "oca"])
        {
            Assert.Equal(query != "oca", ConversationSearch.Find(conversations, ConversationQuery.Parse(query), 10).All.Count == 1);
        }

        using var feed = new SpanFeed(TimeProvider.System);
        await using var writer = new SpanWriter(files.Database, files.Writer, TimeProvider.System, NullLogger<SpanWriter>.Instance, feed);
        var reader = new SpanReader(files.Database, writer);
        var traces = new TraceList(feed, reader, conversations, new ManualTime());
        Assert.Equal([TraceId(2), TraceId(1)], traces.Read(new TraceQuery()).Select(static item => item.Trace.TraceId));
        Assert.Equal([TraceId(1)], traces.Read(new TraceQuery { Text = "tool:add session:c0ffee model:qwen3:8b" }).Select(static item => item.Trace.TraceId));
        foreach (var expected in s_spans)
        {
            var actual = Assert.Single(reader.FindSpans(expected.TraceId), span => span.SpanId == expected.SpanId);
            Assert.Equal(expected.Attributes.AsEnumerable(), actual.Attributes);
            Assert.Equal(expected.Events.Select(static happened => (happened.Name, happened.Time, happened.Attributes.Length)), actual.Events.Select(static happened => (happened.Name, happened.Time, happened.Attributes.Length)));
            Assert.Equal(expected.Resource.Attributes.AsEnumerable(), actual.Resource.Attributes);
            Assert.Equal((expected.Name, expected.StartTime, expected.Duration, expected.Status, expected.ParentSpanId), (actual.Name, actual.StartTime, actual.Duration, actual.Status, actual.ParentSpanId));
        }

        Assert.Equal([s_spans[0].SpanId], reader.FindExported(TraceId(1)));
        Assert.Equal([new SavedQuery("Slow ones", "?q=duration%3E10s")], new SavedQueryStore(files.Database, files.Writer).Read());
        using var rollups = new RollupStore(files.Database, TimeProvider.System);
        Assert.Equal(s_spans.Length, rollups.Read(RollupStep.Day, At(-86_400), At(86_400), null, ["chat"]).Sum(static row => row.Value.Count));
        Assert.Equal(("0.33.3", "0.34.0"), Assert.Single(rollups.ReadMarks(At(-1), At(86_400), null).Select(static mark => (mark.Before, mark.After))));
        Assert.Single(new CallStore(files.Database).OfTrace(TraceId(2)));
    }
}
