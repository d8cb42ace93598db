using Dapper;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Storage;
using OllamaStudio.Core.Storage.Conversations;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Storage.Conversations;

/// <summary>Conversations above a real database, which go away as in a crash and are read again as at the next start.</summary>
internal sealed class ConversationRig : IAsyncDisposable
{
    private readonly List<ISessionEraser> _erasers = [];
    private readonly List<StoreWriter> _left = [];
    private int _ids;

    public ConversationRig(params IEnumerable<ISessionEraser> erasers)
    {
        _erasers.AddRange(erasers);
        Start();
    }

    public StoreFixture Files { get; } = new();

    public ManualTime Time { get; } = new();

    public ConversationStore Store { get; private set; } = null!;

    public Core.Chat.Conversations Conversations { get; private set; } = null!;

    /// <summary>Forgets all that is in memory, whatever was not stored of it, and starts anew with the files as they are.</summary>
    public void Crash()
    {
        Conversations.Dispose();
        _left.Add(Files.Writer);
        Files.Open();
        Start();
    }

    /// <summary>A conversation with a whole reply.</summary>
    public Conversation Talk(string prompt = "hi", string answer = "hello", bool isTemporary = false)
    {
        var conversation = Conversations.Create(isTemporary);
        Begin(conversation, prompt);
        conversation.Append(answer, null);
        End(conversation);
        return conversation;
    }

    public void Begin(Conversation conversation, string prompt) =>
        Assert.True(conversation.TryBegin(Message(MessageRole.User) with { Text = prompt }, Message(MessageRole.Assistant) with { State = MessageState.Streaming }));

    public static void End(Conversation conversation, MessageState state = MessageState.Complete) => conversation.UpdateReply(reply => reply with { State = state });

    public MessageRecord Message(MessageRole role) => new() { Id = $"m{++_ids}", Role = role, CreatedAt = Time.GetUtcNow() };

    /// <summary>Deletes it for good.</summary>
    public async Task DeleteAsync(string id)
    {
        Assert.NotNull(Conversations.Remove(id));
        Conversations.Purge(id);
        await StoreAsync();
    }

    /// <summary>Waits until everything is in the file.</summary>
    public Task StoreAsync() => Conversations.StopAsync();

    /// <summary>Asks the database itself.</summary>
    public T Ask<T>(string sql, object? parameters = null) => Files.Database.Read(connection => connection.ExecuteScalar<T>(sql, parameters), default)!;

    /// <summary>The files of the folder that hold a text.</summary>
    public IReadOnlyList<string> FindInFiles(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return [.. Directory.EnumerateFiles(Files.Folder.Path, "*", SearchOption.AllDirectories).Where(file => File.ReadAllBytes(file).AsSpan().IndexOf(bytes) >= 0)];
    }

    public async ValueTask DisposeAsync()
    {
        Conversations.Dispose();
        foreach (var left in _left)
        {
            await left.DisposeAsync();
        }

        await Files.DisposeAsync();
    }

    private void Start()
    {
        Store = new ConversationStore(Files.Database, Files.Writer, Files.Folder);
        Conversations = new Core.Chat.Conversations(Time, Store, _erasers);
    }
}
