using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OllamaStudio.Tests.Support;

// Longer than the house's 300 lines: what is taken, refused, lost and read back is one state of one socket.

/// <summary>
/// An OTLP/HTTP receiver on a loopback port with Phoenix's rules: protobuf of exactly one content type, plain, gzip or
/// deflate, project by header, then resource, then <c>default</c>, bearer key where one is required. A real server on a
/// real socket, which can refuse, hang and die.
/// </summary>
/// <example><c>await using var receiver = await OtlpReceiver.StartAsync();</c></example>
public sealed class OtlpReceiver : IAsyncDisposable
{
    /// <summary>Guards a test against hanging for ever; nothing is measured by it.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly List<OtlpReceiverSpan> _spans = [];
    private readonly ConcurrentQueue<byte[]> _bodies = new();
    private readonly ConditionWaits _waits = new();
    private WebApplication? _app;
    private Socket? _placeholder;
    private CancellationTokenSource _stopping = new();
    private int _requests;
    private int _lookUps;
    private int _taken;
    private int _annotationRequests;
    private int _connections;

    private OtlpReceiver()
    {
    }

    /// <summary>The port; the same after a restart.</summary>
    public int Port { get; private set; }

    /// <summary>What to set as the endpoint.</summary>
    public string TracesUrl => $"http://127.0.0.1:{Port}/v1/traces";

    /// <summary>How well-formed requests are answered from now on.</summary>
    public OtlpReceiverAnswer Answer { get; set; } = OtlpReceiverAnswer.Ok;

    /// <summary>The key that requests must bring; null for none.</summary>
    public string? RequiredKey { get; set; }

    /// <summary>Of the requests that it answers with 200, the one in so many whose spans it does not keep, whoever sent them before; 0 for none.</summary>
    public int LosesOneIn { get; set; }

    /// <summary>Largest body that Kestrel takes, which refuses a larger one with 413; null for any.</summary>
    public long? MaxBodyBytes { get; set; }

    /// <summary>Most spans of a request, which is refused with 413 where it has more; null for any.</summary>
    public int? MaxSpans { get; set; }

    /// <summary>Whether to keep no bodies, and no texts beyond 2,000 characters: for more than the memory of a test should hold.</summary>
    public bool KeepsNoContent { get; set; }

    /// <summary>Whether Phoenix's own routes (version, health, reading spans) are there.</summary>
    public bool IsPhoenix { get; set; }

    /// <summary>What is answered at the path of Phoenix's version, where it is Phoenix.</summary>
    public string Version { get; set; } = "20.3.0";

    /// <summary>How many of the spans that were taken can be read back by now, the first ones first; null for all.</summary>
    public Func<int>? Stored { get; set; }

    /// <summary>Requests that read spans back.</summary>
    public int LookUps => Volatile.Read(ref _lookUps);

    /// <summary>Whether spans may be read back, where it is Phoenix.</summary>
    public bool CanReadBack { get; set; } = true;

    /// <summary>What was said of spans, by span, name and identifier: the last word of each, as JSON.</summary>
    public ConcurrentDictionary<(string Span, string Name, string Identifier), JsonElement> Annotations { get; } = new();

    /// <summary>Requests that annotate, refused ones included.</summary>
    public int AnnotationRequests => Volatile.Read(ref _annotationRequests);

    /// <summary>The status that annotations are refused with; null for none.</summary>
    public int? RefusesAnnotations { get; set; }

    /// <summary>Trace requests that arrived, refused ones included.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The spans that were taken, in the order of their arrival.</summary>
    public IReadOnlyList<OtlpReceiverSpan> Spans => Read(spans => spans.ToArray());

    /// <summary>The bodies that arrived, decompressed, in the order of their arrival.</summary>
    public IReadOnlyList<byte[]> Bodies => [.. _bodies];

    /// <summary>Starts one on a free port.</summary>
    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver.RestartAsync();
        return receiver;
    }

    /// <summary>Dies: connections are cut, and nothing listens on the port.</summary>
    public async Task StopAsync()
    {
        if (_app is not { } app)
        {
            return;
        }

        _app = null;
        await _stopping.CancelAsync();
        await app.StopAsync();
        await app.DisposeAsync();
        _stopping.Dispose();

        // Bound and not listening: connections are refused, and nobody else on this machine gets the port meanwhile.
        _placeholder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _placeholder.Bind(new IPEndPoint(IPAddress.Loopback, Port));
    }

    /// <summary>Comes back on the same port, with the spans it had.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        _stopping = new CancellationTokenSource();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(OtlpReceiver).Assembly.GetName().Name });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port, listen => listen.Use(CountAsync)));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        var app = builder.Build();
        _placeholder?.Dispose();
        app.MapPost("/v1/traces", ReceiveAsync);
        app.MapGet("/arize_phoenix_version", context => WhenPhoenixAsync(context, () => context.Response.WriteAsync(Version)));
        app.MapGet("/healthz", context => WhenPhoenixAsync(context, () => context.Response.WriteAsync("OK")));
        app.MapGet("/v1/projects/{project}/spans", context => WhenPhoenixAsync(context, () => ReadBackAsync(context)));
        app.MapPost("/v1/span_annotations", context => WhenPhoenixAsync(context, () => AnnotateAsync(context)));
        await app.StartAsync();
        Port = new Uri(app.Urls.Single()).Port;
        _app = app;
    }

    /// <summary>The first span that is as asked, at once or when it arrives.</summary>
    public async Task<OtlpReceiverSpan> WaitForAsync(Func<OtlpReceiverSpan, bool> predicate, CancellationToken cancellationToken = default)
    {
        OtlpReceiverSpan? found = null;
        var seen = 0;
        await _waits.WaitUntilAsync(Look, cancellationToken);
        return found!;

        bool Look() => Read(spans =>
        {
            for (; found is null && seen < spans.Count; seen++)
            {
                found = predicate(spans[seen]) ? spans[seen] : null;
            }

            return found is not null;
        });
    }

    /// <summary>Returns once that many spans were taken.</summary>
    public Task WaitForSpansAsync(int count, CancellationToken cancellationToken = default) => _waits.WaitUntilAsync(() => Read(spans => spans.Count) >= count, cancellationToken);

    /// <summary>Returns once that many trace requests arrived, answered or not.</summary>
    public Task WaitForRequestsAsync(int count, CancellationToken cancellationToken = default) => _waits.WaitUntilAsync(() => Requests >= count, cancellationToken);

    /// <summary>Returns once that many connections are open.</summary>
    public Task WaitForConnectionsAsync(int count) => _waits.WaitUntilAsync(() => Volatile.Read(ref _connections) == count, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _placeholder?.Dispose();
        _stopping.Dispose();
    }

    private async Task CountAsync(ConnectionContext connection, Func<Task> next)
    {
        Interlocked.Increment(ref _connections);
        _waits.LookAgain();
        try
        {
            await next();
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
            _waits.LookAgain();
        }
    }

    private T Read<T>(Func<List<OtlpReceiverSpan>, T> read)
    {
        lock (_gate)
        {
            return read(_spans);
        }
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        // Settled before anybody hears of the request: a test then sets how the next one is answered.
        var answer = Answer;
        var request = context.Request;
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxBodyBytes;
        Interlocked.Increment(ref _requests);
        _waits.LookAgain();
        if (answer.Hangs)
        {
            await WaitOutAsync(context, Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None));
            return;
        }

        await WaitOutAsync(context, answer.After);
        if (!HasKey(request))
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "Invalid token");
        }
        else if (request.ContentType != "application/x-protobuf")
        {
            await RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, $"Unsupported content type: {request.ContentType}");
        }
        else if (OtlpReceiverDecoder.Decompress(request) is not { } body)
        {
            await RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, $"Unsupported content encoding: {request.Headers.ContentEncoding}");
        }
        else
        {
            await AnswerAsync(context, body, answer);
        }
    }

    private async Task AnswerAsync(HttpContext context, Stream body, OtlpReceiverAnswer answer)
    {
        using var buffer = new MemoryStream();
        await body.CopyToAsync(buffer, context.RequestAborted);
        if (!KeepsNoContent)
        {
            _bodies.Enqueue(buffer.ToArray());
        }

        IReadOnlyList<OtlpReceiverSpan> spans;
        try
        {
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            spans = OtlpReceiverDecoder.Decode(buffer.ToArray(), headers);
        }
        catch (Exception e) when (e is FormatException or InvalidProtocolBufferException)
        {
            await RefuseAsync(context, StatusCodes.Status422UnprocessableEntity, "Request body is invalid ExportTraceServiceRequest");
            return;
        }

        if (spans.Count > MaxSpans)
        {
            await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, "too large");
            _waits.LookAgain();
            return;
        }

        if (answer.Refuses is { } refuses && spans.Select(refuses).FirstOrDefault(static status => status is not null) is { } refused)
        {
            await RefuseAsync(context, refused, "not these");
            _waits.LookAgain();
            return;
        }

        if (answer.Status == StatusCodes.Status200OK && !answer.Forgets && (LosesOneIn == 0 || Interlocked.Increment(ref _taken) % LosesOneIn != 0))
        {
            lock (_gate)
            {
                _spans.AddRange(KeepsNoContent ? spans.Select(span => span.WithoutContent()) : spans);
            }
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.Headers.RetryAfter = answer.RetryAfter;
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
        await context.Response.CompleteAsync();
        _waits.LookAgain();
    }

    private Task WhenPhoenixAsync(HttpContext context, Func<Task> answer) =>
        IsPhoenix ? answer() : RefuseAsync(context, StatusCodes.Status404NotFound, "Not Found");

    private Task ReadBackAsync(HttpContext context)
    {
        var project = (string)context.Request.RouteValues["project"]!;
        var stored = Spans.Take(Stored?.Invoke() ?? int.MaxValue).Where(span => span.Project == project).ToList();
        Interlocked.Increment(ref _lookUps);
        if (!CanReadBack || !HasKey(context.Request))
        {
            return RefuseAsync(context, StatusCodes.Status401Unauthorized, "Invalid token");
        }

        if (stored.Count == 0)
        {
            return RefuseAsync(context, StatusCodes.Status404NotFound, $"Project with identifier {project} not found");
        }

        var (traces, spans) = (context.Request.Query["trace_id"].ToHashSet(), context.Request.Query["span_id"].ToHashSet());
        return context.Response.WriteAsJsonAsync(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["data"] = stored.Where(span => traces.Contains(span.TraceId) || spans.Contains(span.SpanId)).DistinctBy(span => span.SpanId).Take(1000).Select(span => new { name = span.Name, context = new { trace_id = span.TraceId, span_id = span.SpanId } }),
            ["next_cursor"] = null,
        });
    }

    // Waits for the database with sync=true, and then knows which spans there are; without it takes all, and keeps nothing of spans that it has not.
    private async Task AnnotateAsync(HttpContext context)
    {
        Interlocked.Increment(ref _annotationRequests);
        if (!HasKey(context.Request))
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "Invalid token");
            return;
        }

        if (RefusesAnnotations is { } status)
        {
            await RefuseAsync(context, status, "no");
            return;
        }

        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var said = body.RootElement.GetProperty("data").EnumerateArray().Select(static one => one.Clone()).ToArray();
        var stored = Spans.Take(Stored?.Invoke() ?? int.MaxValue).Select(static span => span.SpanId).ToHashSet(StringComparer.Ordinal);
        var isMissing = said.Any(one => !stored.Contains(one.GetProperty("span_id").GetString()!));
        if (said.Any(static one => one.GetProperty("annotator_kind").GetString() is not ("HUMAN" or "LLM" or "CODE") || one.GetProperty("result") is var result
            && !result.TryGetProperty("label", out _) && !result.TryGetProperty("score", out _) && !result.TryGetProperty("explanation", out _)))
        {
            await RefuseAsync(context, StatusCodes.Status422UnprocessableEntity, "Invalid annotation");
            return;
        }

        if (isMissing && context.Request.Query["sync"] == "true")
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "Spans with IDs do not exist.");
            return;
        }

        foreach (var one in isMissing ? [] : said)
        {
            Annotations[(one.GetProperty("span_id").GetString()!, one.GetProperty("name").GetString()!, one.GetProperty("identifier").GetString()!)] = one;
        }

        await context.Response.WriteAsJsonAsync(new { data = said.Select(static _ => new { id = "U3Bhbg==" }) });
    }

    private bool HasKey(HttpRequest request) => RequiredKey is null || request.Headers.Authorization == $"Bearer {RequiredKey}";

    private static Task RefuseAsync(HttpContext context, int status, string words)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(words);
    }

    // Ends with what is waited for, with the sender's patience, or with the receiver.
    private async Task WaitOutAsync(HttpContext context, Task wait)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            await wait.WaitAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
            throw;
        }
    }
}
