using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Chat;

/// <summary>The chat as the studio runs it, with its real client, against one server; there is no demo. A turn begins once <see cref="StartAsync"/> has looked at the server.</summary>
internal sealed class ChatRig : IChatPipeline, IDemoServer, IAsyncDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private ChatRig(Uri server, IReadOnlyList<IToolSource> tools, ILogger<ChatService> log, Conversations? store, DraftAttachments? files, ISamplingDecisions? decisions = null)
    {
        Store = store ?? new Conversations(TimeProvider.System);
        Settings.Update(settings => settings with { Ollama = settings.Ollama with { Host = server.ToString(), Server = ServerChoice.Ollama } });
        Servers = new OllamaServers(
            Settings, this, endpoint => new OllamaClient(endpoint, new OllamaRequestHandler()), TimeProvider.System, NullLogger<OllamaServers>.Instance);
        var runner = new TurnRunner(Settings, new ContentCapture(Settings), TimeProvider.System, NullLogger<TurnRunner>.Instance, decisions);
        Chat = new ChatService(
            Store, Servers, this, new ChatTools(new ToolBox(tools), new ModelCapabilities(Servers), new ModelParameters(Servers)), runner, Settings, TimeProvider.System, log, files);
        Conversation = Store.Create();
    }

    public FakeSettings Settings { get; } = new();

    public Conversations Store { get; }

    public OllamaServers Servers { get; }

    public ChatService Chat { get; }

    /// <summary>The conversation of a test that needs no other.</summary>
    public Conversation Conversation { get; }

    /// <summary>What a turn asks instead of the instrumented client.</summary>
    public Func<OllamaClient, IProgress<OllamaSilence>?, IChatClient>? Client { get; set; }

    public static async Task<ChatRig> StartAsync(Uri server, IReadOnlyList<IToolSource>? tools = null, ILogger<ChatService>? log = null, Conversations? store = null, DraftAttachments? files = null, ISamplingDecisions? decisions = null)
    {
        var rig = new ChatRig(server, tools ?? [], log ?? NullLogger<ChatService>.Instance, store, files, decisions);
        await rig.Servers.RefreshAsync(default);
        return rig;
    }

    /// <summary>The reply of <see cref="Conversation"/>, once it has ended.</summary>
    public async Task<MessageRecord> EndAsync()
    {
        await UntilAsync(messages => !messages[^1].IsStreaming);
        return Conversation.Messages[^1];
    }

    /// <summary>Waits until the messages of that conversation are so; of <see cref="Conversation"/> where none is named.</summary>
    public async Task UntilAsync(Predicate<IReadOnlyList<MessageRecord>> reached, Conversation? conversation = null)
    {
        var watched = conversation ?? Conversation;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = watched.Subscribe(Look);
        Look();
        await done.Task.WaitAsync(Guard);

        void Look()
        {
            if (reached(watched.Messages))
            {
                done.TrySetResult();
            }
        }
    }

    /// <summary>Told when a turn is about to ask its model.</summary>
    public Action? Asked { get; set; }

    IChatClient IChatPipeline.Create(OllamaClient client, IProgress<OllamaSilence>? silence)
    {
        Asked?.Invoke();
        return Client is { } create ? create(client, silence) : Instrument(client, silence);
    }

    private InstrumentedChatClient Instrument(OllamaClient client, IProgress<OllamaSilence>? silence) =>
        new(new OllamaChatClient(client) { Silence = silence }, Settings, new ContentCapture(Settings), TimeProvider.System);

    Task<OllamaEndpoint> IDemoServer.StartAsync(CancellationToken cancellationToken) => throw new IOException("There is no demo here.");

    public async ValueTask DisposeAsync()
    {
        await Chat.StopAsync(default);
        Servers.Dispose();
        Store.Dispose();
    }
}
