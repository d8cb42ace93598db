using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Stands between the exporter and the socket: names project and key on each request, and keeps what came of it, which
/// the exporter itself tells nobody. Used by one request at a time.
/// </summary>
internal sealed class OtlpHandler : DelegatingHandler
{
    /// <summary>The one content type that Phoenix takes.</summary>
    public const string ProtobufMediaType = "application/x-protobuf";

    // A server that refuses a request by its length closes the connection, often before its 413 can be read; asked first
    // (Expect: 100-continue), it answers. One that does not know the question costs a second.
    private const int AskBeforeBytes = 128 * 1024;

    /// <summary>How long a request that is on disk is waited for: whoever waits longer lets the next ones lie in memory.</summary>
    public static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1.5);

    // An OTLP answer is a few dozen bytes; of an error page no more is read.
    private const int MaxBodyBytes = 16 * 1024;

    private readonly ExportPlan _plan;
    private readonly TimeProvider _time;
    private volatile bool _isCut;

    /// <summary>Makes the handler over a socket handler of its own.</summary>
    public OtlpHandler(ExportPlan plan, TimeProvider time)
        : base(plan.Protocol is DestinationProtocol.Grpc ? new GrpcHandler(ExportHttp.CreateSocketsHandler(plan), plan.Signal is TelemetrySignal.Traces ? plan.Project : null) : ExportHttp.CreateSocketsHandler(plan))
    {
        _plan = plan;
        _time = time;
    }

    /// <summary>Whether requests are held back for now: they end at once, unsent, as after <see cref="Cut"/>.</summary>
    public bool IsHeld { get; set; }

    /// <summary>The project that requests name; null for the plan's.</summary>
    public string? Project { get; set; }

    /// <summary>Learns of each request before it goes out, or is held back, on the thread that sends it.</summary>
    public Action<ReadOnlyMemory<byte>, string?>? Sending { get; set; }

    /// <summary>
    /// Offered a request that <see cref="Sending"/> heard of and that is not answered after <see cref="FirstWait"/>. True takes it over: it goes on by
    /// itself, what comes of it is the result of the task that was asked for, and here it ends as unsent; whoever leaves it here must not ask for that. Null where each is waited for to its end.
    /// </summary>
    public Func<Func<Task<ExportAnswer>>, bool>? TakingOver { get; set; }

    /// <summary>What came of the last request; null before one ended.</summary>
    public ExportAnswer? LastAnswer { get; set; }

    /// <summary>The last request itself, where it may be accepted later and <see cref="Sending"/> did not hear of it; else null.</summary>
    public (byte[] Body, string? Encoding)? LastUnsent { get; private set; }

    /// <summary>From now on requests end at once, unsent.</summary>
    public void Cut() => _isCut = true;

    /// <summary>Forgets the last request.</summary>
    public void Reset()
    {
        LastAnswer = null;
        LastUnsent = null;
    }

    /// <summary>Makes a client over this handler with the plan's time limit.</summary>
    public HttpClient CreateClient() => new(this, disposeHandler: true) { Timeout = _plan.Timeout };

    /// <inheritdoc />
    /// <remarks>
    /// The exporter calls this on a thread of its own, made for blocking. Going through the asynchronous path there keeps
    /// one code path, and one that a cancellation reaches everywhere: the synchronous one can be stuck in name resolution,
    /// or in an answer whose body never ends.
    /// </remarks>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Project is { } project)
        {
            ExportHttp.AddProject(project, request.Headers);
        }

        ExportHttp.AddHeaders(_plan, request.Headers);
        LastAnswer = null;
        HttpResponseMessage? response;
        try
        {
            using var written = Sending is not null && request.Content is { } content ? await RentedCopy.OfAsync(content, cancellationToken).ConfigureAwait(false) : null;
            if (written is not null)
            {
                Sending!(written.Bytes, EncodingOf(request.Content!));
            }

            if (IsStopped)
            {
                throw new OperationCanceledException("Nothing is sent now.");
            }

            (LastAnswer, response, var failure) = written is null
                ? await ExchangeAsync(request, cancellationToken).ConfigureAwait(false)
                : await ExchangeAsync(request, written, cancellationToken).ConfigureAwait(false);
            if (failure is not null)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
        catch (Exception failure)
        {
            LastAnswer ??= AnswerOf(failure, isOurs: failure is OperationCanceledException && IsStopped); // before it went out
            throw;
        }
        finally
        {
            // The exporter's buffer is its own again after this.
            LastUnsent = Sending is null && LastAnswer is { MayBeTakenLater: true } && request.Content is { } content
                ? (await content.ReadAsByteArrayAsync(CancellationToken.None).ConfigureAwait(false), EncodingOf(content))
                : null;
        }

        return response!;
    }

    private bool IsStopped => _isCut || IsHeld || _plan.Fault is not null;

    // A copy of the request, which may outlive it.
    private async Task<(ExportAnswer Answer, HttpResponseMessage? Response, Exception? Failure)> ExchangeAsync(HttpRequestMessage request, RentedCopy written, CancellationToken cancellationToken)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Version = request.Version, VersionPolicy = request.VersionPolicy, Content = new ReadOnlyMemoryContent(written.Bytes) };
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            copy.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values);
        }

        foreach (var (name, values) in request.Content!.Headers.NonValidated)
        {
            copy.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values);
        }

        var limit = new CancellationTokenSource(_plan.Timeout);
        var exchange = ExchangeAsync(copy, written.Lend(), limit);
        using var cancellation = cancellationToken.Register(static state => ((CancellationTokenSource)state!).Cancel(), limit);
        try
        {
            return await exchange.WaitAsync(FirstWait, _time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!exchange.IsCompleted && TakingOver?.Invoke(() => AnswerAsync(exchange)) == true)
        {
            return (new ExportAnswer { Error = ExportAnswerReader.NoAnswer(_plan.Host, FirstWait), IsTransient = true, IsUnsent = true }, null, new OperationCanceledException("It goes on by itself."));
        }
        catch (TimeoutException)
        {
            return await exchange.ConfigureAwait(false);
        }
    }

    private async Task<(ExportAnswer Answer, HttpResponseMessage? Response, Exception? Failure)> ExchangeAsync(HttpRequestMessage request, IDisposable written, CancellationTokenSource limit)
    {
        using (written)
        using (request)
        {
            var ended = await ExchangeAsync(request, limit.Token).ConfigureAwait(false);
            limit.CancelAfter(Timeout.InfiniteTimeSpan); // and not disposed: a cancellation may be on its way to it
            return ended;
        }
    }

    private static async Task<ExportAnswer> AnswerAsync(Task<(ExportAnswer Answer, HttpResponseMessage? Response, Exception? Failure)> exchange)
    {
        var (answer, response, _) = await exchange.ConfigureAwait(false);
        response?.Dispose();
        return answer;
    }

    // Never throws.
    private async Task<(ExportAnswer Answer, HttpResponseMessage? Response, Exception? Failure)> ExchangeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            if (request.Content is { } sent)
            {
                if (sent.Headers.ContentLength is null)
                {
                    // The exporter's compressed content would be sent in chunks, and nobody could tell how long it is.
                    await sent.LoadIntoBufferAsync(cancellationToken).ConfigureAwait(false);
                }

                request.Headers.ExpectContinue = sent.Headers.ContentLength > AskBeforeBytes;
            }

            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var mediaType = response.Content.Headers.ContentType?.MediaType;
            var body = await ReadBodyAsync(response.Content, cancellationToken).ConfigureAwait(false);
            var answer = ExportAnswerReader.Read(_plan, response.StatusCode, mediaType, body) with { RetryAfter = RetryAfter(response) };
            response.Content.Dispose();
            response.Content = new ByteArrayContent(body);
            return (answer, response, null);
        }
        catch (Exception failure)
        {
            response?.Dispose();
            return (AnswerOf(failure, isOurs: failure is OperationCanceledException && _isCut), null, failure);
        }
    }

    private ExportAnswer AnswerOf(Exception failure, bool isOurs) => ExportAnswerReader.Read(_plan, failure) with { IsUnsent = isOurs, IsSilence = !isOurs && IsTimeUp(failure) };

    // The client's time, or that of the network's own, which comes first where a person lets a request take long.
    private static bool IsTimeUp(Exception failure) => failure is OperationCanceledException or HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.TimedOut } };

    private static string? EncodingOf(HttpContent content) => content.Headers.ContentEncoding.SingleOrDefault();

    // Retry-After: 120, or a date. Seconds may come with any status; a date in the past asks for nothing.
    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } date } when date > _time.GetUtcNow() => date - _time.GetUtcNow(),
        _ => null,
    };

    private static async Task<byte[]> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[MaxBodyBytes];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return buffer[..length];
    }
}
