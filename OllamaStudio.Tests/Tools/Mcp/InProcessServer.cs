using System.IO.Pipelines;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OllamaStudio.Core.Tools.Mcp;

namespace OllamaStudio.Tests.Tools.Mcp;

/// <summary>A real MCP server in this process, spoken to over pipes; a test refuses connections, cuts them, and changes the tools.</summary>
internal sealed class InProcessServer : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Session? _session;

    public InProcessServer()
    {
        Tools.Add(McpServerTool.Create((string message) => $"Echo: {message}", new() { Name = "echo", Description = "Says it again.", ReadOnly = true }));
        Tools.Add(McpServerTool.Create(
            async (CancellationToken cancellationToken) =>
            {
                SlowEntered.TrySetResult();
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
                finally
                {
                    SlowCancelled.TrySetResult();
                }
            },
            new() { Name = "slow" }));
        Tools.Add(McpServerTool.Create(
            () => new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = "No such city: Atlantis." }] }, new() { Name = "fail" }));
        Tools.Add(McpServerTool.Create(
            () => new CallToolResult
            {
                Content = [new TextContentBlock { Text = "A dot." }, ImageContentBlock.FromBytes(Picture, "image/png")],
            },
            new() { Name = "picture" }));
        Tools.Add(McpServerTool.Create(
            (RequestContext<CallToolRequestParams> request) =>
            {
                Meta = request.Params?.Meta?.DeepClone().AsObject();
                return "";
            },
            new() { Name = "meta" }));
    }

    public static byte[] Picture { get; } = [0x89, 0x50, 0x4e, 0x47, 1, 2, 3];

    public McpServerPrimitiveCollection<McpServerTool> Tools { get; } = [];

    /// <summary>What came in <c>_meta</c> of the last call of the tool of that name.</summary>
    public JsonObject? Meta { get; private set; }

    public TaskCompletionSource SlowEntered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource SlowCancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done once, after the tools were listed for the first time and before the client knows them.</summary>
    public Action? AfterFirstList { get; set; }

    /// <summary>Whether the next attempts to connect fail.</summary>
    public bool Refuses { get; set; }

    /// <summary>The revision of the protocol that the server insists on; null for the newest.</summary>
    public string? ProtocolVersion { get; init; }

    public int Connections { get; private set; }

    public McpTransportFactory Transports => (_, _) =>
    {
        if (Refuses)
        {
            throw new IOException("The server refuses.");
        }

        var (toServer, toClient) = (new Pipe(), new Pipe());
        var server = McpServer.Create(
            new StreamServerTransport(toServer.Reader.AsStream(), toClient.Writer.AsStream()),
            new McpServerOptions
            {
                ServerInfo = new Implementation { Name = "in-process", Version = "1.2.3" },
                ProtocolVersion = ProtocolVersion,
                ToolCollection = Tools,
                Filters = { Request = { ListToolsFilters = { NoteList } } },
            });
        lock (_lock)
        {
            Connections++;
            _session = new Session(server, toServer, toClient);
        }

        return new ModelContextProtocol.Protocol.StreamClientTransport(toServer.Writer.AsStream(), toClient.Reader.AsStream());
    };

    private McpRequestHandler<ListToolsRequestParams, ListToolsResult> NoteList(McpRequestHandler<ListToolsRequestParams, ListToolsResult> next) =>
        async (request, cancellationToken) =>
        {
            var listed = await next(request, cancellationToken);
            var then = AfterFirstList;
            AfterFirstList = null;
            then?.Invoke();
            return listed;
        };

    /// <summary>The server is gone, without a word.</summary>
    public async Task KillAsync()
    {
        Session? session;
        lock (_lock)
        {
            (session, _session) = (_session, null);
        }

        if (session is not null)
        {
            await session.DisposeAsync();
        }
    }

    public ValueTask DisposeAsync() => new(KillAsync());

    private sealed class Session : IAsyncDisposable
    {
        private readonly McpServer _server;
        private readonly Pipe[] _pipes;
        private readonly CancellationTokenSource _end = new();
        private readonly Task _running;

        public Session(McpServer server, params Pipe[] pipes)
        {
            (_server, _pipes) = (server, pipes);
            _running = server.RunAsync(_end.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            foreach (var pipe in _pipes)
            {
                await pipe.Writer.CompleteAsync();
            }

            try
            {
                await _running;
            }
            catch (Exception)
            {
                // However it ends.
            }

            await _server.DisposeAsync();
            _end.Dispose();
        }
    }
}
