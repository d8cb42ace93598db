using CsCheck;
using Dapper;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Storage.Conversations;
using OllamaStudio.Shared;

namespace OllamaStudio.Tests.Storage.Conversations;

/// <summary>What is found in stored conversations, above a real database.</summary>
public sealed class TextSearchTests : IAsyncLifetime
{
    internal static readonly string[] Parts =
        ["the", "heron", "Heron's", "herons", "stands", "ein", "Grüße", "GRUSSE", "grusse", "naïve", "東京", "東京タワー", "タワー", "서울", "c++", "42", "🙂", "Éa", "e\u0301a", "state-of", "of", "a", "\"", "*", "OR", "NEAR(", "x:y"];

    private static readonly Gen<string> s_text = Gen.OneOf([.. Parts.Select(static part => Gen.Const(part))]).Array[0, 6].Select(static parts => string.Join(' ', parts));

    internal static readonly Gen<string> Query = Gen.OneOf(
        s_text.Where(static text => text.Length > 0), Gen.Select(s_text, static text => $"\"{text.Replace("\"", "", StringComparison.Ordinal)}\""),
        Gen.Select(Gen.OneOf([.. Parts.Select(static part => Gen.Const(part))]), Gen.Int[0, 4], Gen.Int[1, 4], static (part, from, length) => part[Math.Min(from, part.Length - 1)..Math.Min(part.Length, from + length)].Trim('\uD83D', '\uDE42')));

    private readonly ConversationRig _rig = new();

    [Fact]
    public async Task What_the_index_finds_is_what_a_look_at_every_text_finds()
    {
        await Gen.Select(s_text.Array[1, 12], Query.Array[1, 6]).SampleAsync(
            async (texts, queries) =>
            {
                await using var rig = new ConversationRig();
                foreach (var (index, text) in texts.Index())
                {
                    var conversation = rig.Talk("-", text);
                    if (index % 3 == 0)
                    {
                        rig.Begin(conversation, "-");
                        conversation.AddCall(new ToolCallRecord { Id = "c", Name = "-", Arguments = text });
                        conversation.UpdateCall("c", call => call with { Result = texts[0] });
                        ConversationRig.End(conversation);
                    }
                }

                await rig.StoreAsync();
                using var inMemory = new Core.Chat.Conversations(rig.Time);
                foreach (var summary in rig.Conversations.All)
                {
                    rig.Conversations.Find(summary.Id)!.Rename("-");
                    inMemory.Add(new Conversation(rig.Store.Load(summary.Id)!, rig.Time));
                }

                await rig.StoreAsync();
                foreach (var query in queries.Select(ConversationQuery.Parse).Where(static query => query.Text.Length > 0))
                {
                    var stored = ConversationSearch.Find(rig.Conversations, query, 100).All;
                    var scanned = ConversationSearch.Find(inMemory, query, 100).All;
                    Assert.Equal(scanned.Select(Describe).Order(StringComparer.Ordinal), stored.Select(Describe).Order(StringComparer.Ordinal));
                }
            }, iter: 60, threads: 1);

        static string Describe(ConversationHit hit) => $"{hit.Conversation.Id} {hit.MessageId} {hit.IsHidden} {hit.Snippet} {hit.Words}";
    }

    [Theory]
    [InlineData("rivers", "rivers")]
    [InlineData("\"rivers of spain\"", "Rivers of Spain")]
    [InlineData("ivers", "ivers")]
    [InlineData("cs", "cs")]
    public async Task A_file_is_found_by_its_name_stored_or_not(string query, string words)
    {
        var conversation = _rig.Conversations.Create();
        var file = AttachmentFile.Read("Rivers of Spain.csv", "Ebro"u8.ToArray(), out _)!;
        Assert.True(conversation.TryBegin(_rig.Message(MessageRole.User) with { Text = "Which is longest?", Attachments = [file] }, _rig.Message(MessageRole.Assistant)));
        _rig.Talk("Others", "nothing");
        AssertFound();
        await _rig.StoreAsync();
        AssertFound();
        Assert.Empty(Find("Ebro").All);

        void AssertFound()
        {
            var hit = Assert.Single(Find(query).All);
            Assert.Equal((conversation.Id, conversation.Messages[0].Id), (hit.Conversation.Id, hit.MessageId));
            Assert.Equal("Rivers of Spain.csv", hit.Snippet);
            Assert.Equal(words, hit.Words, ignoreCase: true);
        }
    }

    [Fact]
    public async Task Words_phrases_substrings_and_languages_without_blanks_are_found_newest_first_and_marked()
    {
        _rig.Talk("Birds", "The grey heron stands at the Großglockner.");
        _rig.Time.Advance(TimeSpan.FromMinutes(1));
        _rig.Talk("Towers", "東京タワー is 333 m high; stands the heron there?");
        await _rig.StoreAsync();

        Assert.Equal(["Towers", "Birds"], Titles("heron"));
        Assert.Equal(["Towers", "Birds"], Titles("the STANDS her"));
        Assert.Equal(["Towers"], Titles("\"the heron there\""));
        Assert.Empty(Titles("\"heron stands the\""));
        Assert.Equal(["Birds"], Titles("glockner"));
        Assert.Equal(["Birds"], Titles("hérôn grèy"));
        Assert.Equal(["Towers"], Titles("京タワ"));
        Assert.Equal(["Towers"], Titles("東京"));
        Assert.Empty(Titles("heron* OR tower"));
        var hit = Assert.Single(Find("333 tower").All.Concat(Find("京タワ").All));
        Assert.Equal(("東京タワー is 333 m high; stands the heron there?", "京タワ"), (hit.Snippet, hit.Words));
    }

    [Fact]
    public async Task A_reply_is_found_while_it_is_written_and_once_it_is_stored_and_never_twice()
    {
        var conversation = _rig.Conversations.Create();
        _rig.Begin(conversation, "Tell me");
        conversation.Append("A bittern ", "about a booming bird");
        await _rig.StoreAsync();
        Assert.Equal(0, Hits("message_words", "bittern"));
        Assert.Single(Find("bittern").All);

        ConversationRig.End(conversation);
        await _rig.StoreAsync();
        Assert.Equal(1, Hits("message_words", "bittern"));
        Assert.Single(Find("bittern").All);
        Assert.Equal("about a booming bird", Assert.Single(Find("booming").All).Snippet);
        _rig.Talk(answer: "A secret bittern", isTemporary: true);
        Assert.Equal(2, Find("bittern").All.Count);
        Assert.Equal(1, Hits("message_words", "bittern"));
    }

    [Fact]
    public async Task What_was_said_in_another_version_is_found_in_the_store_too()
    {
        var conversation = _rig.Talk("Colours", "Light is scattered.");
        Assert.True(conversation.TryBegin(null, _rig.Message(MessageRole.Assistant) with { State = MessageState.Streaming }, conversation.Messages[1].Id));
        conversation.Append("Light is mixed.", null);
        ConversationRig.End(conversation);
        await _rig.StoreAsync();

        Assert.Equal((true, conversation.AllMessages[1].Id), (Assert.Single(Find("scattered").All).IsHidden, Find("scattered").All[0].MessageId));
        Assert.Equal((false, conversation.AllMessages[2].Id), (Assert.Single(Find("light").All).IsHidden, Find("light").All[0].MessageId));
    }

    [Fact]
    public async Task What_is_deleted_is_found_no_more_and_gone_from_the_index()
    {
        var conversation = _rig.Talk("Zanzibarheron", "Zanzibarheron");
        _rig.Begin(conversation, "more");
        conversation.AddCall(new ToolCallRecord { Id = "c", Name = "look", Arguments = "Zanzibarheron" });
        ConversationRig.End(conversation);
        _rig.Talk("other", "words");
        await _rig.StoreAsync();
        Assert.Equal((2, 1), (Hits("message_words", "zanzibarheron"), Hits("call_words", "zanzibarheron")));
        Assert.NotEmpty(_rig.FindInFiles("zanzibarheron"));

        _rig.Conversations.Remove(conversation.Id);
        Assert.Empty(Find("zanzibarheron").All);
        _rig.Conversations.Purge(conversation.Id);
        await _rig.StoreAsync();

        Assert.Equal((0, 0), (Hits("message_words", "zanzibarheron"), Hits("call_words", "zanzibarheron")));
        foreach (var gone in new[] { "zanzibarheron", "Zanzibarheron", "zibarher" })
        {
            Assert.Empty(_rig.FindInFiles(gone));
        }

        await _rig.Files.Writer.WriteAsync(static connection =>
        {
            foreach (var table in new[] { "message_words", "message_grams", "call_words", "call_grams" })
            {
                connection.Execute($"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)");
            }
        }, 0);
    }

    [Fact]
    public async Task One_or_two_letters_are_looked_for_in_the_newest_messages_and_it_says_so()
    {
        await _rig.Files.Writer.WriteAsync(static connection =>
        {
            connection.Execute("INSERT INTO conversation (id, title, created_ns, updated_ns) VALUES ('old', 'a', 1, 1), ('new', 'b', 2, 2)");
            connection.Execute("""
                WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
                INSERT INTO message (conversation_key, number, shown, id, role, state, created_ns, sampled, capture, thinking, text)
                SELECT iif(i = 0, 1, 2), i, 1, 'm' || i, 'user', 'complete', i, 0, 'off', '', iif(i IN (0, 10000), 'qq here', 'other') FROM n
                """);
        }, 0);
        _rig.Crash();

        var two = Find("qq");
        Assert.Equal(("new", 10_000), (Assert.Single(two.All).Conversation.Id, two.LookedThrough));
        var more = Find("qq here");
        Assert.Equal((2, null), (more.All.Count, more.LookedThrough));
    }

    [Theory]
    [InlineData("heron", 50, 3, 3, false)] // the index tells alone: its rows are counted
    [InlineData("\"grey heron\"", 2, 50, 2, false)] // a phrase: the texts that are read are
    [InlineData("rey her", 2, 50, 2, false)]
    [InlineData("heron", 50, 50, null, true)]
    [InlineData("\"grey heron\"", 50, 50, null, true)]
    public async Task A_search_that_stops_before_all_finds_of_an_index_says_after_how_many(string words, int mostTexts, int mostRows, int? lookedAt, bool isOldFound)
    {
        var old = _rig.Talk("old", "a grey heron stands");
        await _rig.StoreAsync();
        var talked = _rig.Talk("new", "a grey heron stands");
        foreach (var _ in Enumerable.Range(0, 3))
        {
            _rig.Begin(talked, "more");
            talked.Append("a grey heron again", null);
            ConversationRig.End(talked);
        }

        await _rig.StoreAsync();
        var query = ConversationQuery.Parse(words);
        query = words == "rey her" ? query.WithinWords()! : query;

        var hits = _rig.Files.Database.Read(connection => new TextSearch(connection, query, static _ => true, CancellationToken.None, mostTexts, mostRows).Find(100), StoredHits.None);

        Assert.Equal(lookedAt, hits.LookedAt);
        Assert.Null(hits.LookedThrough);
        Assert.Equal(isOldFound ? [talked.Id, old.Id] : [talked.Id], hits.Hits.Select(static hit => hit.ConversationId));
    }

    [Fact]
    public void What_was_not_looked_at_is_said_as_it_was()
    {
        var none = new ConversationHits([], ConversationQuery.Parse("x"));

        Assert.Null(SearchText.Reach(none));
        Assert.Equal("Only the newest 10,000 messages were looked through; type more to search all.", SearchText.Reach(none with { LookedThrough = 10_000 }));
        Assert.Equal(
            "Very many messages may match, and only the newest 20,000 of those were looked at; type more to reach older ones.", SearchText.Reach(none with { LookedAt = 20_000 }));
    }

    [Theory]
    [InlineData("heron", "message_words")]
    [InlineData("ero", "message_grams")]
    [InlineData("caller", "call_words")]
    public async Task A_damaged_index_is_rebuilt_by_itself_and_meanwhile_the_texts_are_looked_through(string query, string index)
    {
        var conversation = _rig.Talk("a", "the heron");
        _rig.Begin(conversation, "b");
        conversation.AddCall(new ToolCallRecord { Id = "c", Name = "-", Arguments = "caller" });
        ConversationRig.End(conversation);
        await _rig.StoreAsync();
        await _rig.Files.Writer.WriteAsync(connection => connection.Execute($"DELETE FROM {index}_data WHERE id = 10"), 0);
        _rig.Crash();

        var meanwhile = Find(query);
        Assert.Equal((1, true), (meanwhile.All.Count, meanwhile.IsIndexDamaged));
        await _rig.Files.Writer.FlushAsync();
        var then = Find(query);
        Assert.Equal((1, false), (then.All.Count, then.IsIndexDamaged));
        Assert.Null(_rig.Files.Writer.Status.SetAside);
    }

    [Fact]
    public async Task It_gives_up_when_nobody_waits_any_more()
    {
        _rig.Talk("a", "heron");
        await _rig.StoreAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        Assert.Throws<OperationCanceledException>(() => _rig.Store.Search(ConversationQuery.Parse("heron"), 10, static _ => true, cancelled.Token));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    private ConversationHits Find(string query) => ConversationSearch.Find(_rig.Conversations, ConversationQuery.Parse(query), 100);

    private IEnumerable<string> Titles(string query) => Find(query).All.Select(static hit => hit.Conversation.Title);

    private long Hits(string table, string word) => _rig.Ask<long>($"SELECT count(*) FROM {table} WHERE {table} MATCH @word", new { word });
}
