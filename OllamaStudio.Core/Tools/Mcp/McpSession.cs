using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>One connection to an MCP server, from its handshake to its end. A broken one stays broken: a new one is opened.</summary>
internal sealed class McpSession : IAsyncDisposable
{
    /// <summary>How long saying goodbye may take.</summary>
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(2);

    private static readonly string s_version = typeof(McpSession).Assembly.GetName().Version?.ToString(3) ?? "0";

    private readonly McpServerSettings _settings;
    private readonly TimeProvider _time;
    private readonly IClientTransport _transport;
    private readonly McpLink _link;
    private readonly AsyncResetEvent _look = new();
    private readonly CancellationTokenSource _closing = new();
    private McpClient? _client;
    private int _openCalls;

    private McpSession(McpServerSettings settings, IClientTransport transport, McpLink link, TimeProvider time)
    {
        _settings = settings;
        _transport = transport;
        _link = link;
        _time = time;
    }

    /// <summary>What the server says of itself.</summary>
    public McpServerInfo Info { get; private set; } = new();

    /// <summary>Ends, and never fails, when the connection has ended.</summary>
    public Task<ClientCompletionDetails> Completion => Client.Completion;

    /// <summary>
    /// Writes on a call's span, in the words of the conventions for MCP, which way it goes and to whom. The session's id is left out: with
    /// some servers whoever has it is in the session.
    /// </summary>
    public void Describe(Activity? span) => span.Tell(it =>
    {
        it.SetTag(TelemetryNames.Mcp.Method, RequestMethods.ToolsCall);
        it.SetTag(TelemetryNames.Mcp.ProtocolVersion, Info.ProtocolVersion);
        it.SetTag(TelemetryNames.Mcp.Server, _settings.Name);
        it.SetTag(TelemetryNames.Mcp.Transport, _settings.Transport is McpTransport.Http ? TelemetryNames.Mcp.Tcp : TelemetryNames.Mcp.Pipe);
        if (_settings.Transport is McpTransport.Http && Uri.TryCreate(_settings.Url, UriKind.Absolute, out var address))
        {
            it.SetTag(TelemetryNames.Http.ServerAddress, address.Host);
            it.SetTag(TelemetryNames.Http.ServerPort, address.Port);
        }
    });

    /// <summary>Whether a call is open: a server that does one thing at a time answers nothing else until it is done.</summary>
    public bool IsBusy => Volatile.Read(ref _openCalls) > 0;

    private McpClient Client => _client ?? throw new InvalidOperationException("The session is not open.");

    /// <summary>Connects, shakes hands and lists the tools, all within the server's time limit.</summary>
    /// <param name="settings">The server.</param>
    /// <param name="transports">Makes the way to it.</param>
    /// <param name="link">What the tools find the session by that stands when they are called.</param>
    /// <param name="onErrorLine">Told each line of its program's error output.</param>
    /// <param name="time">The clock of the limits.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="TimeoutException">It took too long.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled by <paramref name="cancellationToken"/>.</exception>
    public static async Task<McpSession> OpenAsync(
        McpServerSettings settings, McpTransportFactory transports, McpLink link, Action<string> onErrorLine, TimeProvider time, CancellationToken cancellationToken)
    {
        var session = new McpSession(settings, transports(settings, onErrorLine), link, time);
        try
        {
            await session.WithinLimitAsync(session.ConnectAsync, cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends when the server should be looked at: it says that its tools changed, or a call found it gone.</summary>
    public Task LookAsync(CancellationToken cancellationToken) => _look.WaitAsync(cancellationToken);

    /// <summary>Asks for a look at the server, soon: something is wrong with it, perhaps.</summary>
    public void Doubt() => _look.Set();

    /// <summary>Sends a call, and waits for its answer for as long as it takes; one that is cancelled is told to the server.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled, or the connection ended.</exception>
    public async Task<JsonNode?> CallAsync(CallToolRequestParams call, CancellationToken cancellationToken)
    {
        // McpClientTool.CallAsync does the same, but its notice to the server of a cancelled call is lost (2.4.0): it is bound
        // to the token before the wait is, and tokens call back in the reverse order, so that the ended wait takes the notice
        // away before its turn. With an id of our own we can send it ourselves. This can go when the SDK's cancelled calls arrive.
        var request = new JsonRpcRequest
        {
            Id = new RequestId($"call-{Guid.NewGuid():N}"),
            Method = RequestMethods.ToolsCall,
            Params = JsonSerializer.SerializeToNode(call, McpJsonUtilities.DefaultOptions),
        };
        Interlocked.Increment(ref _openCalls);
        try
        {
            return (await Client.SendRequestAsync(request, cancellationToken)).Result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _ = TellCancelledAsync(request.Id);
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _openCalls);
        }
    }

    /// <summary>Lists the tools anew.</summary>
    /// <returns>Whether they are others than before.</returns>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        var before = Info;
        _look.Reset();
        await WithinLimitAsync(ListAsync, cancellationToken);
        return !ReferenceEquals(before, Info);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _closing.CancelAsync();
            if (_client is { } client)
            {
                await client.DisposeAsync().AsTask().WaitAsync(s_closeTimeout, _time);
            }

            if (_transport is IAsyncDisposable transport)
            {
                await transport.DisposeAsync();
            }
        }
        catch (Exception)
        {
            // It is over either way; what a goodbye fails on is of no use to anybody.
        }
        finally
        {
            _closing.Dispose();
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var limit = TimeSpan.FromSeconds(_settings.ConnectTimeoutSeconds);
        _client = await McpClient.CreateAsync(
            _transport,
            new McpClientOptions
            {
                ClientInfo = new Implementation { Name = "OllamaStudio", Version = s_version },
                InitializationTimeout = limit,
                Handlers = new McpClientHandlers
                {
                    NotificationHandlers =
                    [
                        new(NotificationMethods.ToolListChangedNotification, LookAgain),

                        // What changed between the first list and this word was told to nobody.
                        new(NotificationMethods.SubscriptionsAcknowledgedNotification, LookAgain),
                    ],
                },
            },
            NullLoggerFactory.Instance,
            cancellationToken);
        Info = new McpServerInfo
        {
            ServerName = LastLines.Cut(_client.ServerInfo?.Name ?? ""),
            ServerVersion = LastLines.Cut(_client.ServerInfo?.Version ?? ""),
            ProtocolVersion = _client.NegotiatedProtocolVersion,
        };
        await ListAsync(cancellationToken);
        _ = ListenAsync(_client);
    }

    private async Task TellCancelledAsync(RequestId id)
    {
        try
        {
            await Client.SendNotificationAsync(
                NotificationMethods.CancelledNotification, new CancelledNotificationParams { RequestId = id }, McpJsonUtilities.DefaultOptions, CancellationToken.None);
        }
        catch (Exception)
        {
            // A server that cannot be told is gone, and the call with it.
        }
    }

    private ValueTask LookAgain(JsonRpcNotification notification, CancellationToken cancellationToken)
    {
        _look.Set();
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// From revision 2026-07-28 on a server tells of changed tools only who asks for it, by a request that stays open
    /// (SEP-2575); the SDK does not do it by itself. Before that it tells everybody.
    /// </summary>
    private async Task ListenAsync(McpClient client)
    {
        if (string.CompareOrdinal(client.NegotiatedProtocolVersion, "2026-07-28") < 0 || client.ServerCapabilities?.Tools?.ListChanged is not true)
        {
            return;
        }

        var wanted = new SubscriptionsListenRequestParams { Notifications = new() { ToolsListChanged = true } };
        try
        {
            await client.SendRequestAsync(
                new JsonRpcRequest { Method = RequestMethods.SubscriptionsListen, Params = JsonSerializer.SerializeToNode(wanted, McpJsonUtilities.DefaultOptions) },
                _closing.Token);
        }
        catch (Exception)
        {
            // Refused, or over with the connection. Where only this is over, the next look finds what changed.
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        if (Client.ServerCapabilities?.Tools is null)
        {
            return;
        }

        var (listed, omission) = await McpToolLister.ListAsync(Client, cancellationToken);
        ImmutableArray<StudioTool> tools = [.. listed.Select(ToStudioTool)];
        if (omission != Info.Omission || !tools.SequenceEqual(Info.Tools, SameTool.Instance))
        {
            Info = Info with { Tools = tools, Omission = omission };
        }
    }

    private StudioTool ToStudioTool(McpClientTool tool) => new()
    {
        Function = new McpTool(tool, _settings.Name, _link),
        Source = _settings.Name,
        CallTimeout = TimeSpan.FromSeconds(_settings.CallTimeoutSeconds),
        ApprovalId = $"{McpTransports.PlaceOf(_settings)}\0{tool.ProtocolTool.Name}",

        // A hint is the server's own word: MCP says to believe it of trusted servers only.
        IsReadOnly = _settings.TrustsReadOnly && tool.ProtocolTool.Annotations?.ReadOnlyHint is true,
    };

    private async Task WithinLimitAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(_settings.ConnectTimeoutSeconds), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await work(either.Token);
        }
        catch (Exception late) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(FormattableString.Invariant($"There was no answer within {_settings.ConnectTimeoutSeconds} s."), late);
        }
    }

    /// <summary>Two tools that look the same to a model and to a person.</summary>
    private sealed class SameTool : IEqualityComparer<StudioTool>
    {
        public static readonly SameTool Instance = new();

        public bool Equals(StudioTool? x, StudioTool? y) =>
            x is not null && y is not null
            && (x.Name, x.Function.Description, x.IsReadOnly, x.Function.JsonSchema.GetRawText())
                == (y.Name, y.Function.Description, y.IsReadOnly, y.Function.JsonSchema.GetRawText());

        public int GetHashCode(StudioTool tool) => tool.Name.GetHashCode(StringComparison.Ordinal);
    }
}
